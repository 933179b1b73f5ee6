// Two fixes of one object: one change where they agree, a refusal that names it where they do not.

import { expect, test } from "vitest";
import { ToolError } from "../model/errors.js";
import { draftOf } from "./draft.js";

const ref = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "app" } as const;
const deployment = (app: string, side: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { namespace: "shop", name: "app", uid: "1", resourceVersion: "7" },
  spec: {
    template: {
      spec: {
        containers: [
          { name: "app", image: app },
          { name: "side", image: side },
        ],
      },
    },
  },
});
const plan = (app: string, side: string) => ({
  changes: [{ is: "edit", ref, before: deployment("a:1", "s:1"), after: deployment(app, side) } as const],
  images: [],
  notes: [],
});

test("what they want is joined where it is of different fields, or the same", () => {
  const { steps } = draftOf([plan("a:2", "s:1"), plan("a:1", "s:2"), plan("a:2", "s:1")]);
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatchObject({ after: deployment("a:2", "s:2") });
});

test("two values for one field are refused, and the object is named", () => {
  const joined = () => draftOf([plan("a:2", "s:1"), plan("a:3", "s:1")]);
  expect(joined).toThrow(ToolError);
  expect(joined).toThrow("two findings want different things of Deployment shop/app");
});

test("two new objects of one name and other content are refused too", () => {
  const secret = (value: string) => ({
    changes: [
      {
        is: "create",
        ref: { apiVersion: "v1", kind: "Secret", namespace: "shop", name: "regcred" },
        object: { apiVersion: "v1", kind: "Secret", metadata: { name: "regcred" }, data: { a: value } },
      } as const,
    ],
    images: [],
    notes: [],
  });
  expect(draftOf([secret("x"), secret("x")]).steps).toHaveLength(1);
  expect(() => draftOf([secret("x"), secret("y")])).toThrow("different things of Secret shop/regcred");
});
