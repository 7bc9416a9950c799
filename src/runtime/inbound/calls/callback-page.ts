import type { CallbackPage } from '../../../connector/webhooks/callback-types.ts';
import { type HttpAnswer, httpAnswer } from '../http-answer.ts';

const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** The address is a secret: no other page may learn it or show this page, and nothing may keep it. */
const headers: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'x-frame-options': 'DENY',
  'content-security-policy':
    "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; style-src 'unsafe-inline'",
};

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.5rem 1.25rem;margin:.25rem .5rem .25rem 0}form{display:inline}';

const html = (title: string, content: string): string =>
  `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${style}</style></head><body><h1>${escapeHtml(title)}</h1>${content}</body></html>\n`;

const paragraphs = (text: string): string =>
  text
    .split('\n')
    .map((line) => `<p>${escapeHtml(line)}</p>`)
    .join('');

const field = ([name, value]: readonly [string, string]): string =>
  `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`;

/** Each button has a form of its own. It has no address, so it is sent to the address of the page. */
const buttonForm = ({ label, values = {} }: NonNullable<CallbackPage['buttons']>[number]): string =>
  `<form method="post">${Object.entries(values).map(field).join('')}<button>${escapeHtml(label)}</button></form>`;

/** The page that asks for the click. Opening it changes nothing, because mail programs open every address in a mail. */
export const callbackPage = ({ title, text = '', buttons = [{ label: 'Continue' }] }: CallbackPage): HttpAnswer =>
  httpAnswer(200, headers, html(title, `${paragraphs(text)}${buttons.map(buttonForm).join('')}`));

/** A page that says what became of a click. */
export const messagePage = (status: number, title: string, text = ''): HttpAnswer =>
  httpAnswer(status, headers, html(title, paragraphs(text)));
