/** Parts of the page that load when they are needed for the first time. */
import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/**
 * A component whose code loads when it is shown for the first time.
 *
 * @param load resolves with the component
 */
export const lazy = <Props extends object>(load: () => Promise<FunctionComponent<Props>>): FunctionComponent<Props> => {
  let loading: Promise<FunctionComponent<Props>> | undefined;
  return (props: Props) => {
    const [loaded, setLoaded] = useState<{ readonly Part?: FunctionComponent<Props>; readonly error?: string }>({});
    useEffect(() => {
      loading ??= load();
      loading.then(
        (Part) => setLoaded({ Part }),
        (error: Error) => {
          loading = undefined;
          setLoaded({ error: error.message });
        },
      );
    }, []);
    const { Part, error } = loaded;
    if (Part === undefined) return <p class="notice">{error ?? 'Loading …'}</p>;
    return <Part {...props} />;
  };
};
