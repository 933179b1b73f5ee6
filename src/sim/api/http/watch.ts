// Watches: one JSON object a line, for as long as the client listens.

import { runningClock } from "../../clock.js";
import { type ApiError, isApiError } from "../errors.js";
import type { WatchEvent } from "../history.js";
import { nameOf } from "../resources.js";
import { matcher } from "../selectors.js";
import { type Answer, type Api, isSet, JSON_TYPE, numberIn, type Outlet, type ResourceCall } from "./call.js";
import { checkListOptions } from "./options.js";
import { scopeOf, tooNew, versionIn } from "./read.js";
import { objectText, tableText, type View, viewOf } from "./shape.js";

/** Watches end after a time that the client names, by the client's time and not the world's. */
const clientClock = runningClock();
const DEFAULT_TIMEOUT_SECONDS = 1800;
const BOOKMARK_MS = 60_000;

export function watchObjects(api: Api, call: ResourceCall): Answer {
  const view = viewOf(call);
  const scope = scopeOf(call);
  // A selector that cannot be read is an HTTP error, not an event.
  matcher(nameOf(call.target.resource), scope);
  checkListOptions(call, true);
  const since = versionIn(call);
  if (since !== undefined && since > api.store.resourceVersion) {
    throw tooNew(since, api.store.resourceVersion);
  }
  return {
    is: "stream",
    contentType: JSON_TYPE,
    start: (outlet) => run(api, call, view, outlet),
  };
}

function run(api: Api, call: ResourceCall, view: View, outlet: Outlet): void {
  const { resource } = call.target;
  const asked = versionIn(call);
  const wantsInitial = isSet(call.query, "sendInitialEvents");
  const isFromNow = call.query.get("sendInitialEvents") === "false";
  const startsOver = wantsInitial || (!isFromNow && (asked === undefined || asked === 0));
  const since = startsOver
    ? undefined
    : asked === undefined || asked === 0
      ? api.store.resourceVersion
      : asked;
  const encode = encoder(api, call, view);

  let stop = (): void => {};
  const cancels: (() => void)[] = [];
  const end = (): void => {
    stop();
    for (const cancel of cancels) cancel();
    outlet.end();
  };
  call.signal.addEventListener("abort", end, { once: true });

  try {
    stop = api.store.watch(
      nameOf(resource),
      { ...scopeOf(call), ...(since === undefined ? {} : { since }) },
      (event) => outlet.write(encode.event(event)),
    );
  } catch (error) {
    if (!isApiError(error)) throw error;
    outlet.write(errorLine(error));
    end();
    return;
  }
  if (call.signal.aborted) {
    end();
    return;
  }

  if (wantsInitial) outlet.write(encode.bookmark(true));
  if (isSet(call.query, "allowWatchBookmarks")) {
    const again = (): void => {
      outlet.write(encode.bookmark(false));
      cancels[0] = api.clock.after(BOOKMARK_MS, again);
    };
    cancels.push(api.clock.after(BOOKMARK_MS, again));
  }
  const seconds = numberIn(call.query, "timeoutSeconds") || DEFAULT_TIMEOUT_SECONDS;
  cancels.push(clientClock.after(seconds * 1000, end));
}

function errorLine(error: ApiError): string {
  return `${JSON.stringify({ type: "ERROR", object: error.status })}\n`;
}

interface Encoder {
  event(event: WatchEvent): string;
  /** Tells the version that everything was sent up to. `isInitial`: the list is complete. */
  bookmark(isInitial: boolean): string;
}

function encoder(api: Api, call: ResourceCall, view: View): Encoder {
  const { resource } = call.target;
  let hasColumns = false;
  const body = (event: WatchEvent): string => {
    if (view.shape !== "table") return objectText(api, resource, event.object, view);
    const metadata = `"resourceVersion":"${event.object.metadata.resourceVersion}"`;
    const table = tableText(api, resource, [event.object], view, metadata, hasColumns);
    hasColumns = true;
    return table;
  };
  return {
    event: (event) => `{"type":"${event.type}","object":${body(event)}}\n`,
    bookmark(isInitial) {
      const annotations = isInitial ? { "k8s.io/initial-events-end": "true" } : undefined;
      const metadata = {
        resourceVersion: String(api.store.resourceVersion),
        creationTimestamp: null,
        ...(annotations === undefined ? {} : { annotations }),
      };
      const apiVersion = resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
      const object =
        view.shape === "table"
          ? {
              kind: "Table",
              apiVersion: "meta.k8s.io/v1",
              metadata: { resourceVersion: metadata.resourceVersion },
              columnDefinitions: null,
              rows: [
                {
                  cells: [],
                  object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata },
                },
              ],
            }
          : view.shape === "metadata"
            ? { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata }
            : { kind: resource.kind, apiVersion, metadata };
      return `${JSON.stringify({ type: "BOOKMARK", object })}\n`;
    },
  };
}
