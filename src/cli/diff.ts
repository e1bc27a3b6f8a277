import { randomUUID } from "node:crypto";
import { stringify } from "yaml";
import { formatProblem } from "../base/problem.ts";
import { type AdminEndpoint, adminEndpoint } from "../gateways/admin-endpoint.ts";
import { AdminFailure } from "../gateways/admin-failure.ts";
import { type Contact, contact } from "../gateways/first-contact.ts";
import { liveDifferences } from "../gateways/live-differences.ts";
import { profileKey } from "../sync/configurations.ts";
import { type CommandContext, CommandFailure, type RunCommand, UsageError } from "./command.ts";
import { rememberingSink } from "./controller/object-feed.ts";
import { checkTimes, clientAt } from "./controller/static-gateways.ts";
import { asText, type GatewayDifferences, withoutSecrets } from "./diff-text.ts";
import { isSet, type ParsedFlags } from "./flags/parse.ts";
import { compileFiles, type OfflineCompilation } from "./offline.ts";
import { adminOptions } from "./settings/admin.ts";
import { syncOptions } from "./settings/sync.ts";
import { buildInfo } from "./version.ts";

/**
 * `silverback diff -f …`: what the objects in the files would change on live gateways, entity by entity; 1 when there is something, 2 when a gateway cannot be compared
 * with. Nothing is written.
 */
export const diff: RunCommand = async (context) => {
  const { flags, stdout, stderr, environment, secrets } = context;
  const paths = pathsOf(flags);
  if (paths.length === 0)
    throw new UsageError("name the files to compare with -f: a file, a folder, or - for standard input");
  const compile = compiler(context, paths);
  const out: GatewayDifferences[] = [];
  for (const endpoint of endpointsOf(flags)) {
    const differences = await differencesAt(endpoint, context, compile);
    out.push(differences);
    // The others share the database.
    if (differences.database) break;
  }
  const inColor = stdout.columns !== undefined && (environment["NO_COLOR"] ?? "") === "";
  const shown = !isSet(flags, "output")
    ? asText(out, inColor)
    : flags.values.output === "json"
      ? `${JSON.stringify({ gateways: out }, null, 2)}\n`
      : stringify({ gateways: out }, { aliasDuplicateObjects: false, lineWidth: 0 });
  for (const { problems } of await compile.all()) {
    for (const problem of problems) stderr.write(`${formatProblem(problem)}\n`);
  }
  stdout.write(secrets.redact(shown));
  return out.some(({ changes }) => changes.length > 0) ? 1 : 0;
};

function pathsOf({ values }: ParsedFlags): readonly string[] {
  if (values.file.length > 0) return values.file;
  return values.manifests === "" ? [] : [values.manifests];
}

/** Each gateway once. */
function endpointsOf(flags: ParsedFlags): readonly AdminEndpoint[] {
  const { target } = adminOptions(flags);
  if (target.kind === "urls")
    return [...new Map(target.urls.map(adminEndpoint).map((endpoint) => [endpoint.url, endpoint])).values()];
  throw new UsageError("name the gateway with --kong-admin-url: diff does not look for gateways behind a Service");
}

interface Compile {
  (found: Contact): Promise<OfflineCompilation>;
  all(): Promise<readonly OfflineCompilation[]>;
}

/** Compiles for each sort of gateway once. What the objects hold of secrets is never shown. */
function compiler(context: CommandContext, paths: readonly string[]): Compile {
  const compiled = new Map<string, Promise<OfflineCompilation>>();
  const compile = (found: Contact) => {
    const key = profileKey(found.profile);
    let there = compiled.get(key);
    if (there === undefined) {
      there = compileFiles(context, paths, found.profile).then((done) => {
        const sink = rememberingSink(done.store, context.secrets);
        for (const object of done.set.objects) sink.set(object);
        return done;
      });
      compiled.set(key, there);
    }
    return there;
  };
  return Object.assign(compile, { all: () => Promise.all(compiled.values()) });
}

async function differencesAt(
  endpoint: AdminEndpoint,
  context: CommandContext,
  compile: Compile,
): Promise<GatewayDifferences> {
  const { flags, clock, environment, secrets, signal } = context;
  const userAgent = `kong-ingress-controller/${buildInfo.release}`;
  const client = clientAt(endpoint, { flags, clock, environment, secrets, userAgent }, adminOptions(flags));
  const { timeout, database } = syncOptions(flags);
  try {
    const found = await contact(client, checkTimes(flags).timeout, signal, "read");
    const { compiler, store } = await compile(found);
    const draft = compiler.document;
    const sections = new Map(draft.names().map((name) => [name, draft.entities(name)]));
    const options = { ...database, clock, timeout, newId: randomUUID };
    const changes = await liveDifferences(client, found, sections, options, signal);
    const { version, profile } = found;
    return {
      url: endpoint.url,
      version,
      database: !profile.dbless,
      changes: changes.map((change) => withoutSecrets(change, store)),
    };
  } catch (error) {
    if (!(error instanceof AdminFailure)) throw error;
    const named = isSet(flags, "kong-admin-url") ? "" : "; name the Admin API of the gateway with --kong-admin-url";
    const advice = error.advice === undefined ? named : `; ${error.advice}`;
    // 1 is the answer that something would change.
    throw new CommandFailure(`${endpoint.url}: ${error.message}${advice}`);
  } finally {
    client.forget();
  }
}
