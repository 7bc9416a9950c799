/** Draws texts with elements: Markdown, and what is harmless of HTML. Nothing of a form is inserted as HTML. */
import { Fragment, h, type VNode } from 'preact';
import { type RichNode, type RichTag, readMarkdown, safeAddress } from './markdown.ts';

const sameTags = [
  ...(['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'ul', 'ol', 'li', 'blockquote', 'pre', 'hr', 'br', 'div'] as const),
  ...(['strong', 'em', 'del', 'code', 'a', 'sub', 'sup', 'u', 'table', 'thead', 'tbody', 'tr', 'th', 'td'] as const),
];

/** The elements of HTML that are drawn, and what as. Of others, only what is in them. */
const tagOf: ReadonlyMap<string, RichTag> = new Map<string, RichTag>([
  ...sameTags.map((tag) => [tag, tag] as const),
  ...([
    ['b', 'strong'],
    ['i', 'em'],
    ['s', 'del'],
    ['strike', 'del'],
    ['section', 'div'],
    ['article', 'div'],
  ] as const),
]);

/** Elements of which not even the text is shown. */
const dropped: ReadonlySet<string> = new Set([
  ...['script', 'style', 'template', 'noscript', 'head', 'iframe', 'object', 'svg', 'math', 'select', 'textarea'],
]);

/** How deeply elements are drawn in one another. Of what is deeper, the text is shown. */
const mostDepth = 50;

const ofElement = (node: Element, depth: number): readonly RichNode[] => {
  const name = node.tagName.toLowerCase();
  if (dropped.has(name)) return [];
  if (depth > mostDepth) return [node.textContent ?? ''];
  if (name === 'img') {
    const href = safeAddress(node.getAttribute('src') ?? '');
    const label = node.getAttribute('alt') || 'Image';
    return href === undefined ? [label] : [{ tag: 'a', href, children: [label] }];
  }
  const children = ofNodes(node.childNodes, depth + 1);
  const tag = tagOf.get(name);
  if (tag === undefined) return children;
  if (tag !== 'a') return [{ tag, children }];
  const href = safeAddress(node.getAttribute('href') ?? '');
  return href === undefined ? children : [{ tag, href, children }];
};

const ofNodes = (nodes: Iterable<Node>, depth: number): readonly RichNode[] =>
  [...nodes].flatMap((node): readonly RichNode[] => {
    if (node.nodeType === node.TEXT_NODE) return [node.textContent ?? ''];
    return node.nodeType === node.ELEMENT_NODE ? ofElement(node as Element, depth) : [];
  });

const draw = (node: RichNode): VNode | string => {
  if (typeof node === 'string') return node;
  const { tag, href, start, children } = node;
  // The page that is opened learns nothing of this one, and this one stays.
  const link = href === undefined ? {} : { href, target: '_blank', rel: 'noopener noreferrer' };
  return h(tag, { ...link, ...(start === undefined ? {} : { start }) }, ...children.map(draw));
};

const RichText = ({ nodes }: { readonly nodes: readonly RichNode[] }) => (
  <div class="form-text">{h(Fragment, {}, ...nodes.map(draw))}</div>
);

/** A text in Markdown. */
export const Markdown = ({ text }: { readonly text: string }) => <RichText nodes={readMarkdown(text)} />;

/** What is harmless of HTML. The parser loads and runs nothing. */
export const SafeHtml = ({ html }: { readonly html: string }) => (
  <RichText nodes={ofNodes(new DOMParser().parseFromString(html, 'text/html').body.childNodes, 0)} />
);
