/** The folders of src/ and their allowed imports. test/architecture.test.ts checks them. */

export type Rules = ReadonlyMap<string, readonly string[]>;

/** Files directly in one folder of src/, dev/ or test/. */
export const FILES_A_FOLDER = 14;

/**
 * Folder of src/ (or file directly in it): the folders that it imports. The longest name that a path begins with
 * applies. An import that is allowed and not used fails too.
 */
export const IMPORTS = rules(`
app: directory/connection log.ts model queue store/database
app/anonymise: directory/anonymise directory/recording jobs/planning mapping model plan/groups steps/in-turns.ts
    text
app/commands: app app/anonymise app/operations app/roles config config/report directory/anonymise directory/check
    directory/connection directory/recording directory/syntax errors.ts jobs/planning log.ts mapping model notify oidc queue queue/schedule
    store/audit store/check store/current store/database store/runs store/status version.ts
app/live: directory/connection directory/read directory/watch errors.ts jobs jobs/live model store/runs
    store/watch
app/operations: app directory/read errors.ts jobs jobs/planning log.ts mapping model plan plan/explain
    plan/report queue queue/schedule store/audit store/check store/current store/database store/doubts store/manual
    store/ownership store/queries store/runs store/shadow store/status
app/links: app/operations log.ts model store/links
app/roles: app app/links app/live app/operations directory/connection directory/read directory/session errors.ts http http/ports
    jobs log.ts model notify oidc queue queue/schedule store/audit store/database store/runs store/sessions store/status version.ts
cli: cli/access cli/groups cli/plan cli/runs cli/service cli/snapshot cli/terminal errors.ts text version.ts
cli/access: cli/terminal errors.ts model
cli/groups: app/operations cli/terminal errors.ts model
cli/plan: app/commands app/operations cli/terminal errors.ts model plan/report
cli/runs: app/commands app/operations cli/terminal errors.ts model plan/report text
cli/service: app/commands app/operations cli/runs cli/terminal config/report config/schema errors.ts log.ts
    model plan/report
cli/snapshot: app/commands cli/terminal errors.ts model plan/report
cli/terminal: app/commands app/links app/operations config errors.ts log.ts model text
config: config/report config/rules config/schema config/source errors.ts model text
config/report: config/schema config/source
config/rules: config/schema mapping model
config/schema: mapping model
config/source: config/rules config/schema errors.ts
directory/anonymise: directory/protocol directory/recording directory/syntax text
directory/check: directory/connection directory/entry directory/read directory/search directory/session
    directory/syntax directory/watch errors.ts model text
directory/connection: errors.ts model
directory/entry: directory/connection directory/syntax mapping model steps text
directory/members: directory/connection directory/entry directory/proof directory/search directory/session
    directory/syntax errors.ts model steps steps/in-turns.ts text
directory/proof: directory/connection directory/entry directory/search directory/session directory/syntax
    errors.ts model text
directory/protocol: text
directory/read: directory/connection directory/entry directory/members directory/proof directory/search
    directory/session directory/syntax errors.ts mapping model steps/in-turns.ts text
directory/recording: directory/connection directory/entry directory/protocol directory/read directory/server
    errors.ts model text
directory/search: directory/connection directory/entry directory/syntax errors.ts steps steps/in-turns.ts
directory/server: directory/protocol
directory/session: directory/connection directory/entry directory/search directory/syntax errors.ts mapping
    model steps text
directory/syntax: errors.ts model text
directory/watch: directory/connection directory/entry directory/search directory/session directory/syntax
    errors.ts model
errors.ts: text
http: http/ports http/protocol http/routes/access http/routes/groups http/routes/runs http/routes/service
    http/streams http/users
http/console: http/console/calls http/console/client http/console/pages http/console/people http/console/runs
    http/console/search http/console/waiting http/console/widgets
http/console/calls: http/console/client
http/console/client: http/schemas
http/console/groups: http/console/calls http/console/client http/console/widgets
http/console/pages: http/console/calls http/console/client http/console/groups http/console/people
    http/console/plots http/console/runs http/console/widgets
http/console/people: http/console/calls http/console/client http/console/widgets
http/console/plots: http/console/client http/console/widgets
http/console/runs: http/console/calls http/console/client http/console/widgets
http/console/search: http/console/calls http/console/client http/console/widgets
http/console/waiting: http/console/calls http/console/client http/console/widgets
http/console/widgets: http/console/calls http/console/client
http/ports: model
http/protocol: errors.ts model
http/routes/access: http/ports http/protocol http/schemas http/streams model text
http/routes/groups: http/ports http/protocol http/schemas model
http/routes/runs: http/ports http/protocol http/schemas http/streams model
http/routes/service: http/ports http/protocol http/schemas model
http/schemas: model
http/streams: http/ports http/protocol
http/users: errors.ts http/ports http/protocol http/streams model text
jobs: errors.ts jobs/planning log.ts model plan plan/groups plan/guard plan/people plan/report plan/sets
    plan/what-if steps/in-turns.ts store/current store/database store/ownership store/reconcile store/revert
    store/audit store/runs store/save store/status
jobs/live: errors.ts jobs jobs/planning model plan/sets steps store/current store/runs store/save
jobs/planning: errors.ts model plan plan/doubt plan/groups plan/guard plan/people plan/report plan/sets
    plan/what-if steps steps/in-turns.ts store/current store/database
log.ts: text
main.ts: cli
mapping: model text
model:
notify: errors.ts model
oidc: errors.ts model
plan: model plan/doubt plan/groups plan/guard plan/people plan/sets steps text
plan/doubt: model plan/people plan/sets steps text
plan/explain: model plan/report
plan/groups: mapping model plan/doubt plan/people plan/report plan/sets steps text
plan/guard: model plan/report plan/sets steps
plan/people: model plan/report plan/sets steps text
plan/report: model
plan/sets: model steps
plan/what-if: model plan/doubt plan/report plan/sets steps
queue: errors.ts log.ts model
queue/schedule: errors.ts log.ts
steps:
steps/in-turns.ts: steps
store/audit: errors.ts model store/database
store/check: model store/core store/database
store/core: model
store/current: model steps steps/in-turns.ts store/database store/entities text
store/database: errors.ts model store/core store/entities store/migrations text
store/doubts: errors.ts model store/current store/database store/ownership store/runs text
store/entities: model
store/links: errors.ts model store/current store/database store/manual store/runs text
store/manual: errors.ts model store/current store/database store/entities
store/migrations: model store/core store/migrations/certainty store/migrations/certainty/audit store/migrations/certainty/people
    store/migrations/first store/migrations/ownership
store/migrations/certainty: store/core
store/migrations/certainty/people: store/core
store/migrations/certainty/audit: store/core store/migrations/ownership store/migrations/ownership/owner
store/migrations/first: store/core
store/migrations/ownership: store/core store/migrations/first store/migrations/ownership/owner
store/migrations/ownership/owner: store/core store/migrations/first
store/ownership: errors.ts model store/current store/database store/entities store/reconcile store/runs text
store/queries: errors.ts model store/database store/doubts store/entities store/manual store/runs store/shadow text
store/reconcile: errors.ts model store/current store/database
store/revert: errors.ts model store/current store/database store/reconcile store/runs store/save text
store/runs: errors.ts model store/audit store/current store/database store/entities text
store/save: errors.ts model steps steps/in-turns.ts store/core store/current store/database store/runs
store/sessions: errors.ts model store/database
store/shadow: model store/database
store/status: model store/audit store/database store/doubts store/entities store/queries store/runs store/shadow store/watch
    text
store/watch: model store/database
text:
version.ts:
`);

/** The libraries of each folder, also by the longest name. A folder without one is pure: no I/O, no clock. */
export const LIBRARIES = rules(`
app: node
cli: commander node
config: node
config/report: node zod
config/rules: zod
config/schema: zod
config/source: node yaml
directory: ldapts node
directory/recording: ldapts node zod
http: @bull-board/api @bull-board/fastify @fastify/rate-limit @fastify/swagger fastify
    fastify-type-provider-zod node prom-client zod
http/console: lit-html uplot zod
jobs: node
log.ts: pino pino-pretty
main.ts: node
notify: node
oidc: node openid-client
queue: @bull-board/api/bullMQAdapter bullmq ioredis node pg zod
queue/schedule: node-cron
steps/in-turns.ts: node
store: @mikro-orm/core @mikro-orm/postgresql kysely
store/audit: @mikro-orm/postgresql kysely node
store/database: @mikro-orm/migrations @mikro-orm/postgresql kysely node pg
store/migrations: @mikro-orm/migrations
store/sessions: kysely node
`);

/** Lines "name: word word …", continued by lines that begin with a space. */
function rules(table: string): Rules {
  const lines = table.trim().replace(/\n +/g, ' ').split('\n');
  return new Map(
    lines.map(line => {
      const [name = '', words = ''] = line.split(/:(?= |$)/);
      return [name, words.trim() === '' ? [] : words.trim().split(' ')];
    }),
  );
}
