/** What a content type says. */
export interface MediaType {
  /** In lower case, without parameters, e.g. `application/json`. */
  readonly type: string;
  /** In lower case; absent without a parameter `charset`. */
  readonly charset?: string;
}

const charset = /;[ \t]*charset[ \t]*=[ \t]*"?([^\s";]+)"?/i;

/**
 * Reads a content type.
 *
 * @example
 * readMediaType('Application/JSON; charset=UTF-8'); // { type: 'application/json', charset: 'utf-8' }
 */
export const readMediaType = (contentType: string): MediaType => {
  const type = contentType.split(';', 1)[0]!.trim().toLowerCase();
  const given = charset.exec(contentType)?.[1];
  return given === undefined ? { type } : { type, charset: given.toLowerCase() };
};

/** Whether content of a type is JSON: `application/json`, `text/json`, and all that end in `+json`. */
export const isJsonType = (type: string): boolean =>
  /^(?:(?:application|text)\/json|[^/\s]+\/[^/\s]+\+json)$/.test(type);

/** Whether content of a type is text: `text/…`, and XML. */
export const isTextType = (type: string): boolean =>
  type.startsWith('text/') || type === 'application/xml' || type.endsWith('+xml');

/** The type of forms. */
export const formType = 'application/x-www-form-urlencoded';
