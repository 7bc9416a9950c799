import type { ComponentChildren } from 'preact';
import { useErrorBoundary } from 'preact/hooks';

/** A part of the page that says why it cannot be shown, instead of leaving an empty page. */
export const Guard = ({ children }: { readonly children: ComponentChildren }) => {
  const [error, retry] = useErrorBoundary();
  if (error === undefined) return <>{children}</>;
  return (
    <p class="notice" role="alert">
      This cannot be shown: {error instanceof Error ? error.message : String(error)}{' '}
      <button type="button" class="plain" onClick={retry}>
        Try again
      </button>
    </p>
  );
};
