import { z } from 'zod'
import { PERMISSIONS } from '#server/auth/permissions.ts'
import { ERROR_STATUS, ERROR_TITLE, type ErrorCode } from '#server/errors.ts'
import { type Operation, operations } from './rest.ts'

type JsonSchema = Record<string, unknown>

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  // Dates are ISO text on the wire; refinements have no JSON Schema of their own.
  const json = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema: out }) {
      if (zodSchema._zod.def.type === 'date') Object.assign(out, { type: 'string', format: 'date-time' })
    },
  }) as JsonSchema
  const { $schema: _dialect, ...rest } = json
  return rest
}

function withoutPathFields(schema: JsonSchema, names: readonly string[]): JsonSchema {
  const properties = { ...((schema.properties as JsonSchema | undefined) ?? {}) }
  for (const name of names) delete properties[name]
  const required = (schema.required as string[] | undefined)?.filter((name) => !names.includes(name))
  return { ...schema, properties, ...(required ? { required } : {}) }
}

function problems(operation: Operation): JsonSchema {
  const { meta } = operation
  const codes: ErrorCode[] =
    meta.kind === 'query'
      ? ['malformed', 'not_found']
      : ['malformed', 'invalid', 'not_found', 'conflict', 'idempotency_key_reused']
  if (meta.access !== 'public') codes.push('unauthenticated', 'forbidden')
  if (operation.name.endsWith('setStatus')) codes.push('transition_refused', 'taken', 'stale_write')
  codes.push('rate_limited', 'unavailable')
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of codes) byStatus.set(ERROR_STATUS[code], [...(byStatus.get(ERROR_STATUS[code]) ?? []), code])
  return Object.fromEntries(
    [...byStatus].map(([status, of]) => [
      String(status),
      {
        description: of.map((code) => `\`${code}\`: ${ERROR_TITLE[code]}`).join('; '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

function describe(operation: Operation): JsonSchema {
  const { name, meta } = operation
  const path = meta.rest?.path ?? '/'
  const pathNames = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
  const input = jsonSchema(meta.input, 'input')
  const properties = (input.properties as Record<string, JsonSchema> | undefined) ?? {}
  const required = (input.required as string[] | undefined) ?? []
  const parameters: JsonSchema[] = pathNames.map((field) => ({
    name: field,
    in: 'path',
    required: true,
    schema: properties[field] ?? { type: 'string' },
  }))
  const reads = meta.kind === 'query'
  if (reads) {
    for (const [field, schema] of Object.entries(properties)) {
      if (!pathNames.includes(field))
        parameters.push({ name: field, in: 'query', required: required.includes(field) && schema.default === undefined, schema })
    }
  } else if (meta.kind === 'mutation') {
    parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    })
  }
  return {
    operationId: name,
    tags: [name.split('.')[0]],
    summary: meta.summary,
    description:
      meta.access === 'public'
        ? 'Open to everyone.'
        : meta.access === 'signed_in'
          ? 'For anyone signed in.'
          : `Needs \`${meta.access}\` (${PERMISSIONS[meta.access]}). Rows: ${meta.policy}.`,
    ...(meta.access === 'public' ? { security: [] } : {}),
    parameters,
    ...(reads
      ? {}
      : {
          requestBody: {
            required: Object.keys(withoutPathFields(input, pathNames).properties as JsonSchema).length > 0,
            content: { 'application/json': { schema: withoutPathFields(input, pathNames) } },
          },
        }),
    responses: {
      [String(meta.rest?.status ?? 200)]: {
        description: 'Done',
        content: meta.rest?.file
          ? { '*/*': { schema: { type: 'string', format: 'binary' } } }
          : { 'application/json': { schema: jsonSchema(meta.output, 'output') } },
      },
      ...problems(operation),
    },
  }
}

/** OpenAPI 3.1 of everything that has a REST route, from the same schemas that parse the requests. */
export function openApiDocument(appUrl: string): JsonSchema {
  const paths: Record<string, JsonSchema> = {}
  for (const operation of operations()) {
    const { rest } = operation.meta
    if (!rest) continue
    const item = paths[rest.path] ?? {}
    item[rest.method.toLowerCase()] = describe(operation)
    paths[rest.path] = item
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Virel',
      version: '1',
      description: 'Operations of the agency: inquiries, bookings, tasks, exceptions, clients, models.',
    },
    servers: [{ url: `${appUrl}/api/v1` }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'The token of POST /auth/login, or an API key.' },
      },
      schemas: {
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            code: { type: 'string', enum: Object.keys(ERROR_STATUS) },
            detail: { type: 'string' },
            requestId: { type: 'string' },
            errors: {
              type: 'array',
              items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
            },
          },
        },
      },
    },
  }
}
