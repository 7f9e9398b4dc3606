/** Turns errors into problem details. Internal details go to the log only. */
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { DirectoryError, NotFoundError, RefusedError, UnavailableError } from '../../errors.ts';
import { type Issue, PROBLEMS, Problem, type ProblemCode, problemBody } from './problems.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** The maximum size of a request body in bytes. The largest legitimate value is the DN of a group. */
export const BODY_LIMIT = 16 * 1024;

const PROBLEM_JSON = 'application/problem+json';

/** Codes of fastify (node_modules/fastify/lib/errors.js) for errors of the caller. */
const FRAMEWORK: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'Send the body as application/json.'],
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: ['unsupported_media_type', 'Send the body as application/json.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['body_too_large', `A body may have at most ${BODY_LIMIT} bytes.`],
  FST_ERR_CTP_EMPTY_JSON_BODY: [
    'malformed_request',
    'The body is empty. Send a JSON object, or omit Content-Type.',
  ],
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed_request', 'The body is not valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed_request', 'Content-Length does not match the body.'],
  FST_ERR_BAD_URL: ['malformed_request', 'The path contains a percent sequence that is not UTF-8.'],
  FST_ERR_MAX_PARAM_LENGTH: ['uri_too_long', 'A part of the path is too long.'],
  FST_ERR_HANDLER_TIMEOUT: ['unavailable', 'PostgreSQL or the queue did not answer in time. Try again.'],
};

/** The error handler of fastify. Answers every error with a problem, and logs server errors. */
export function answerFailure(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const problem = problemOf(error, request);
  if (PROBLEMS[problem.code] >= 500 && problem.code !== 'not_ready') {
    request.log.error({ err: error, code: problem.code }, 'request failed');
  }
  return reply
    .code(PROBLEMS[problem.code])
    .headers({ ...SECURITY_HEADERS, ...problem.headers })
    .type(PROBLEM_JSON)
    .send(problemBody(problem));
}

/** Answers malformed or incomplete requests on the socket, because fastify has no request for them. */
export function answerMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemBody(malformedProblem(error.code));
  const { status, title } = problem;
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\ncontent-type: ${PROBLEM_JSON}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function malformedProblem(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem('headers_too_large', 'The headers are too large.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new Problem('request_timeout', 'The request did not arrive completely in time.');
  }
  return new Problem('malformed_request', 'The request is not valid HTTP.');
}

function problemOf(error: FastifyError | Error, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof RefusedError) return new Problem(error.code, asSentence(error.message));
  if (error instanceof DirectoryError) return new Problem('directory_unavailable', error.message);
  if (error instanceof NotFoundError) return new Problem('not_found', asSentence(error.message));
  if (error instanceof UnavailableError) return unavailable(request);
  if ('validation' in error && error.validation) return invalid(error);
  const framework = 'code' in error ? FRAMEWORK[error.code] : undefined;
  return framework ? new Problem(...framework) : internal(request);
}

function invalid(error: FastifyError): Problem {
  const part = error.validationContext ?? 'request';
  const issues = (error.validation ?? []).map(
    (issue): Issue => ({
      in: part === 'querystring' ? 'query' : part,
      path: issue.instancePath === '/' ? '' : issue.instancePath,
      message: issue.message ?? 'not allowed',
    }),
  );
  return new Problem('invalid_request', issues.map(sentence).join('; '), { issues });
}

function sentence(issue: Issue): string {
  return `${issue.in}${issue.path}: ${issue.message}`;
}

/** Makes a sentence of an error message, which starts in lower case because the CLI prints it after "rollcall: ". */
function asSentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith('.') ? '' : '.'}`;
}

function unavailable(request: FastifyRequest): Problem {
  const detail =
    'PostgreSQL or the queue does not answer, or cannot write. Try again. See /readyz for details.';
  return new Problem('unavailable', detail, { requestId: request.id }, { 'retry-after': '5' });
}

function internal(request: FastifyRequest): Problem {
  const detail = 'Internal error. Search the log for this request id.';
  return new Problem('internal', detail, { requestId: request.id });
}
