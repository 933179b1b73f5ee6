// The output formats. Each is one function of a report; a heavy one loads when it is asked for.

import type { Report } from "../model/report.js";
import type { Look } from "./signs.js";
import type { TextOptions } from "./text.js";

/** A format's function. It may ignore all but the report. */
export type Render = (report: Report, look: Look, options: TextOptions) => string;

export const formats = {
  text: async (): Promise<Render> => (await import("./text.js")).renderText,
  json: async (): Promise<Render> => (await import("./json.js")).renderJson,
  yaml: async (): Promise<Render> => (await import("./yaml.js")).renderYaml,
  markdown: async (): Promise<Render> => {
    const { renderMarkdown } = await import("./markdown.js");
    return (report, look) => renderMarkdown(report, look.program);
  },
  name: async (): Promise<Render> => (await import("./name.js")).renderName,
} as const satisfies Record<string, () => Promise<Render>>;

export type Format = keyof typeof formats;

export const formatNames = Object.keys(formats) as readonly Format[];
