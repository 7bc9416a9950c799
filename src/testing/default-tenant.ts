/** The tenant of everything that names none. Written out, so that a unit test of a connector loads no engine. */
export const defaultTenant = '<default>';
