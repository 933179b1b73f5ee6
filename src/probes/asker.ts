// The one door to registries for everybody above: one image, one login, one question. Connections, sessions, tokens, mirrors
// and politeness are in here.

import type { Reference } from "../model/reference.js";
import type { Secret } from "../model/secret.js";
import { ping } from "../registry/client.js";
import { anonymous, type Login } from "../registry/credential.js";
import type { Exchange, Outcome } from "../registry/exchange.js";
import { type Mirrors, noMirrors, type Places } from "../registry/places.js";
import { Pool } from "../registry/pool.js";
import { type Reach, type ReachChoice, reachBy } from "../registry/reach.js";
import { type Answered, Session, type SessionWorld } from "../registry/session.js";
import {
  bare,
  type HostRules,
  hostMayBeAsked,
  hostnameOf,
  isListed,
  noHostRules,
} from "../registry/trust.js";
import { Turnstile } from "../registry/turnstile.js";
import { endpointOf, isAddressable, type Place, registryItself } from "../registry/where.js";
import { type WireLimits, wireLimits } from "../registry/wire.js";
import type { PathAnswer, PathRequest } from "./path.js";
import type { TagBounds, TagsAnswer } from "./tags.js";

export interface AskerChoice extends ReachChoice {
  /** Ends every wait: Ctrl-C and the overall deadline. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** `--allow-host`, `--deny-host`. */
  readonly rules?: HostRules;
  /** How mirrors are configured; absent: none are. See `readMirrors`. */
  readonly mirrors?: (isPlain: (registry: string) => boolean) => Promise<Mirrors>;
  /** Limits of the stages, where they differ from the usual ones. */
  readonly limits?: Partial<WireLimits>;
  /** Longest wait in all for a registry that answers 429 and says when to come again; 0, the default: 429 is the answer. */
  readonly patienceMs?: number;
}

/** What is asked of an image, without what the image itself says. */
export type ImageRequest = Pick<PathRequest, "nodes" | "depth">;

/** A place that was asked: its address without a login, and the file that names it as a mirror. */
export interface AskedPlace {
  readonly url: string;
  readonly isMirror: boolean;
  readonly from?: string;
}

export interface ImageAnswer extends PathAnswer {
  /** The place whose answer this is: the first that gave one, else the registry itself. Absent: none may be asked. */
  readonly place?: AskedPlace;
  /** Mirrors that were asked before it and did not serve the image. */
  readonly before: readonly { readonly place: AskedPlace; readonly answer: PathAnswer }[];
}

/**
 * Asks registries. Nothing here throws for what a registry does: every answer is a value, and its `failure` says what ended
 * it. ToolErrors come from configuration that cannot be read (`mirrors-unreadable`, `ca-unreadable`, `proxy-invalid`).
 */
export interface Asker {
  /** The way of a pull, stage by stage, as one login. Same registry, same login: the session and its tokens are shared. */
  path(image: Reference, login: Login, request: ImageRequest): Promise<ImageAnswer>;
  /** The tags of the image's repository, within bounds; from the registry itself, not from mirrors. */
  tags(image: Reference, login: Login, bounds?: TagBounds): Promise<TagsAnswer>;
  /** The session for further questions of `registry/client.ts` to the registry itself; it lives until `close`. */
  session(image: Reference, login: Login): Promise<Session>;
  /** Every request that was made, in order. */
  readonly exchanges: readonly Exchange[];
  close(): Promise<void>;
}

const perRegistry = 4;
const triesMs = [1_000, 2_000, 4_000] as const;

export function createAsker(choice: AskerChoice): Asker {
  return new RegistryAsker(choice);
}

class RegistryAsker implements Asker {
  readonly #choice: AskerChoice;
  readonly #reach: Reach;
  readonly #pool: Pool;
  readonly #rules: HostRules;
  readonly #sessions = new Map<string, Session>();
  readonly #greetings = new Map<string, Promise<{ greeting: Outcome<Answered>; session: Session }>>();
  readonly #turnstiles = new Map<string, Turnstile>();
  readonly #logins = new WeakMap<Secret, number>();
  readonly #exchanges: Exchange[] = [];
  #mirrors: Promise<Mirrors> | undefined;
  #lastLogin = 0;

  constructor(choice: AskerChoice) {
    this.#choice = choice;
    this.#rules = choice.rules ?? noHostRules;
    this.#reach = reachBy(choice);
    const { lookup, routeFor } = this.#reach;
    const limits = { ...wireLimits, ...choice.limits };
    this.#pool = new Pool({ lookup, routeFor, limits, signal: choice.signal });
  }

  get exchanges(): readonly Exchange[] {
    return this.#exchanges;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async path(image: Reference, login: Login, request: ImageRequest): Promise<ImageAnswer> {
    const found = await this.#placesFor(image);
    if (!found.ok) return refusedAnswer(found.why);
    const places = found.places.filter(
      (place) => place.canPull && (place.canResolve || image.digest !== undefined),
    );
    const before: { place: AskedPlace; answer: PathAnswer }[] = [];
    let last: ImageAnswer | undefined;
    for (const place of places) {
      const answer = await this.#turnstile(place.url.host).through(() =>
        this.#patiently(image, place, login, request),
      );
      const asked = shown(place);
      last = { ...answer, place: asked, before: [...before] };
      if (answer.failure === undefined || answer.failure.is === "stopped") return last;
      before.push({ place: asked, answer });
    }
    return last ?? refusedAnswer("the mirror configuration names no place that may be asked for it");
  }

  async tags(image: Reference, login: Login, bounds: TagBounds = {}): Promise<TagsAnswer> {
    const itself = await this.#itself(image);
    return this.#turnstile(itself.url.host).through(async () => {
      const [{ greeting, session }, { askTags }] = await Promise.all([
        this.#greeted(itself, image, login),
        import("./tags.js"),
      ]);
      return askTags(session, greeting, itself.repository ?? image.repository, bounds);
    });
  }

  async session(image: Reference, login: Login): Promise<Session> {
    return (await this.#greeted(await this.#itself(image), image, login)).session;
  }

  async #patiently(image: Reference, place: Place, login: Login, request: ImageRequest): Promise<PathAnswer> {
    const started = performance.now();
    for (let tries = 0; ; tries++) {
      const answer = await this.#ask(image, place, login, request);
      const { failure } = answer;
      const waitMs = triesMs[tries];
      if (failure?.status !== 429 || waitMs === undefined) return answer;
      const named =
        failure.retryAt === undefined ? waitMs : failure.retryAt.getTime() - this.#choice.now().getTime();
      const left = (this.#choice.patienceMs ?? 0) - (performance.now() - started);
      if (named > left || this.#choice.signal.aborted) return answer;
      await this.#turnstile(place.url.host).rest(named);
    }
  }

  async #ask(image: Reference, place: Place, login: Login, request: ImageRequest): Promise<PathAnswer> {
    const ruling = hostMayBeAsked(place.url.hostname, this.#rules);
    if (!ruling.ok) return refusedAnswer(ruling.why);
    // What comes after the greeting is loaded while it is under way.
    const [{ greeting, session }, { askPath }] = await Promise.all([
      this.#greeted(place, image, this.#loginFor(place, image, login)),
      import("./path.js"),
    ]);
    return askPath(session, {
      ...request,
      registry: image.registry,
      repository: place.repository ?? image.repository,
      reference: image.digest ?? image.tag ?? "latest",
      greeting,
    });
  }

  /**
   * A login is for the registry that the image names. Mirrors on other hosts get it only where the user allows the host,
   * although containerd would offer it to any of them.
   */
  #loginFor(place: Place, image: Reference, login: Login): Login {
    const host = bare(place.url.hostname);
    const isOwn = !place.isMirror || host === bare(hostnameOf(image.registry));
    return isOwn || isListed(host, this.#rules.allow) ? login : anonymous;
  }

  /** `/v2/` is asked once for each place, whoever asks. */
  async #greeted(
    place: Place,
    image: Reference,
    login: Login,
  ): Promise<{ greeting: Outcome<Answered>; session: Session }> {
    const at = `${place.url.href} ${image.registry}`;
    const first = this.#greetings.get(at);
    if (first === undefined) {
      const session = this.#open(place, image, login, at);
      const asked = ping(session).then((greeting) => ({ greeting, session }));
      this.#greetings.set(at, asked);
      return asked;
    }
    const { greeting, session } = await first;
    return { greeting, session: this.#open(place, image, login, at, session) };
  }

  #open(place: Place, image: Reference, login: Login, at: string, other?: Session): Session {
    const key = `${at} ${this.#keyOf(login)}`;
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const world: SessionWorld = {
      pool: this.#pool,
      rules: this.#rules,
      now: this.#choice.now,
      onExchange: (exchange) => this.#exchanges.push(exchange),
    };
    const endpoint = endpointOf(place, image.registry, this.#reach.routeFor);
    const made = new Session(other?.endpoint ?? endpoint, login, world, other?.challenges);
    this.#sessions.set(key, made);
    return made;
  }

  /** Equal for equal logins of one secret; no value goes into it. */
  #keyOf(login: Login): string {
    if (login.is === "anonymous") return "anonymous";
    const secret = login.is === "basic" ? login.password : login.token;
    const number = this.#logins.get(secret) ?? ++this.#lastLogin;
    this.#logins.set(secret, number);
    return `${login.is === "basic" ? login.username : ""} ${number}`;
  }

  async #placesFor(image: Reference): Promise<Places> {
    const { registry } = image;
    if (!isAddressable(registry)) return { ok: false, why: `"${registry}" is no address that can be asked` };
    const { isPlain } = this.#reach;
    this.#mirrors ??= this.#choice.mirrors?.(isPlain) ?? Promise.resolve(noMirrors(isPlain));
    return (await this.#mirrors)(image);
  }

  async #itself(image: Reference): Promise<Place> {
    const found = await this.#placesFor(image);
    const own = found.ok ? found.places.findLast(({ isMirror }) => !isMirror) : undefined;
    return own ?? registryItself(image.registry, this.#reach.isPlain(image.registry));
  }

  #turnstile(host: string): Turnstile {
    const known = this.#turnstiles.get(host);
    if (known !== undefined) return known;
    const made = new Turnstile(perRegistry, this.#choice.signal);
    this.#turnstiles.set(host, made);
    return made;
  }
}

const shown = ({ url, isMirror, from }: Place): AskedPlace => ({
  url: `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}`,
  isMirror,
  ...(from === undefined ? {} : { from }),
});

function refusedAnswer(why: string): ImageAnswer {
  const failure = { stage: "manifest", is: "refused", why, errors: [], facts: {} } as const;
  return { stages: [{ stage: "place", is: "failed", shows: why }], failure, before: [] };
}
