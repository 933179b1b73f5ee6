// The two kinds of sentence a grammar is made of. A head peels one layer and hands the rest on; a leaf ends the
// message. Both are templates: literal text with {slots}, see template.ts for what each slot accepts.

import type { MessageCause, Reading, ReadingCause, Stage } from "../model/reading.js";
import { compileTemplate, type Template } from "./template.js";

/**
 * What a sentence means: a cause, one of the two non-causes, or a meaning that needs the layers around it
 * (`meaning.ts` turns those into causes).
 */
export type Meaning =
  | ReadingCause
  /** A number from 300 to 599, read by where it was answered. */
  | "http-status"
  /** 404 or MANIFEST_UNKNOWN: a tag, a digest, or the whole repository. */
  | "manifest-unknown"
  /** 401 or UNAUTHORIZED, with no word about what was sent. */
  | "unauthorized"
  /** 403 or DENIED. */
  | "denied"
  /** The registry says "not there or not allowed" with one sentence. */
  | "hidden-repository"
  /** A user name and a password were not accepted, says the client; some clients say it of nothing sent, too. */
  | "login-refused"
  /** The answer is not what a registry writes. */
  | "not-registry-body"
  /** The format of a JSON text is wrong: a secret's where nothing was asked yet, an answer's otherwise. */
  | "broken-json"
  /** A deadline of whoever asked. */
  | "deadline"
  /** The data ended too early. */
  | "cut-off"
  /** The connection ended where an answer was expected. */
  | "closed"
  /** Refused by admission: about the image, or about something else. */
  | "admission"
  /** An error of the node's kernel on a file. */
  | "local-file"
  /** Words that add nothing; the layers around them decide. */
  | "nothing";

/** A sentence is believed only below a layer of one of these grammars or groups. */
export type Under = readonly string[];

/** Sentences that begin a reading of their own beside the one before. */
export type Branch = "attempt" | "side" | "mirror" | "primary";

export type PullSign = "always" | "usually" | "never";

interface Entry {
  /** Unique over all grammars; shown as a layer. */
  readonly id: string;
  readonly stage?: Stage;
  /** Whether the words show that credentials were sent. */
  readonly credentials?: "none" | "sent";
  /** A name that leaves can ask for with `under`, beside the grammar's own id. */
  readonly group?: string;
  readonly under?: Under;
  /**
   * `always`: only ever said about an image pull. `usually`: also said by other parts of a node, and then after
   * words that name those. `never`: says nothing about it. Default: the grammar's own answer.
   */
  readonly pull?: PullSign;
  /** Overrides the grammar's program, for wordings that several share. */
  readonly by?: string;
  readonly also?: readonly MessageCause[];
}

export interface HeadEntry extends Entry {
  readonly starts: string;
  /** What it means when nothing inside is understood. */
  readonly says?: Meaning;
  /** True: it means that, whatever is inside. */
  readonly decides?: boolean;
  /** What follows belongs to something else than an image pull, unless a pull is named inside. */
  readonly elsewhere?: boolean;
  /** Inside it only sentences of these grammars are read: the rest is another program's free text. */
  readonly only?: readonly string[];
  /** Ends what came before and begins a reading of its own; see `Branch`. */
  readonly begins?: Branch;
  /** True: it is said of the lines before it too, and nothing else is read. Only with an empty `only`. */
  readonly covers?: boolean;
}

export interface LeafEntry extends Entry {
  readonly whole: string;
  readonly says: Meaning;
}

export interface Sentence {
  readonly id: string;
  readonly isHead: boolean;
  readonly by: string;
  readonly runtime: Reading["runtime"];
  readonly template: Template;
  readonly says: Meaning | undefined;
  readonly also: readonly MessageCause[] | undefined;
  readonly decides: boolean;
  readonly elsewhere: boolean;
  /** The grammars that are read inside it, as marks. */
  readonly only: number | undefined;
  readonly begins: Branch | undefined;
  readonly covers: boolean;
  readonly pull: PullSign;
  readonly stage: Stage | undefined;
  readonly credentials: "none" | "sent" | undefined;
  readonly grammar: string;
  readonly group: string | undefined;
  /** Its grammar and its group, as marks. */
  readonly marks: number;
  /** Below which marks it is believed; undefined anywhere. */
  readonly under: number | undefined;
}

const names: string[] = [];

/** Names of grammars and groups as bits of one number, so that "below which layers" is one comparison. */
export function marksOf(wanted: readonly string[]): number {
  let marks = 0;
  for (const name of wanted) {
    if (!names.includes(name)) names.push(name);
    if (names.length > 31) throw new Error("more than 31 grammars and groups");
    marks |= 1 << names.indexOf(name);
  }
  return marks;
}

export interface Grammar {
  readonly id: string;
  readonly sentences: readonly Sentence[];
}

type Draft = (HeadEntry & { readonly isHead: true }) | (LeafEntry & { readonly isHead: false });

/** Peels one layer: matches at the start of the remaining text. */
export const head = (entry: HeadEntry): Draft => ({ ...entry, isHead: true });

/** Ends the message: matches the whole remainder, up to closing quotes, brackets and error class suffixes. */
export const leaf = (entry: LeafEntry): Draft => ({ ...entry, isHead: false });

const elsewhere = (draft: Draft): boolean => draft.isHead && draft.elsewhere === true;

export interface GrammarEntry {
  /** The folder's name. */
  readonly id: string;
  /** The program that speaks; shown with each layer. */
  readonly by: string;
  readonly runtime?: Reading["runtime"];
  readonly pull: PullSign;
  readonly sentences: readonly Draft[];
}

/** Compiles every template once; alternatives in a template's literals become sentences with one id. */
export function defineGrammar(entry: GrammarEntry): Grammar {
  const sentences = entry.sentences.flatMap((draft) =>
    compileTemplate(draft.isHead ? draft.starts : draft.whole).map(
      (template): Sentence => ({
        id: draft.id,
        isHead: draft.isHead,
        by: draft.by ?? entry.by,
        runtime: entry.runtime,
        template,
        says: draft.says,
        also: draft.also,
        decides: draft.isHead && draft.decides === true,
        elsewhere: elsewhere(draft),
        only: draft.isHead ? draft.only && marksOf(draft.only) : undefined,
        begins: draft.isHead ? draft.begins : undefined,
        covers: draft.isHead && draft.covers === true,
        pull: draft.pull ?? (draft.says === "not-image-pull" || elsewhere(draft) ? "never" : entry.pull),
        stage: draft.stage,
        credentials: draft.credentials,
        grammar: entry.id,
        group: draft.group,
        marks: marksOf(draft.group === undefined ? [entry.id] : [entry.id, draft.group]),
        under: draft.under && marksOf(draft.under),
      }),
    ),
  );
  return { id: entry.id, sentences };
}
