/** Helpers for unit tests, which call a connector's function without an engine or a connection. */
export { type InboundContextParts, inboundContext, type OutboundContextParts, outboundContext } from './contexts.ts';
export { type RecordedEntry, type RecordingLogger, recordingLogger } from './recording-logger.ts';
