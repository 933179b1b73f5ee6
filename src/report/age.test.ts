import { expect, test } from "vitest";
import { ageBetween, ageOf } from "./age.js";

// Expectations are those of k8s.io/apimachinery/pkg/util/duration/duration_test.go (HumanDuration).
test.each([
  [-1, "0s"],
  [1, "1s"],
  [70, "70s"],
  [190, "3m10s"],
  [70 * 60, "70m"],
  [47 * 60, "47m"],
  [8 * 60, "8m"],
  [5 * 3600 + 40 * 60, "5h40m"],
  [29 * 3600, "29h"],
  [70 * 3600, "2d22h"],
  [190 * 86400, "190d"],
  [3 * 365 * 86400 + 10 * 86400, "3y10d"],
  [8 * 365 * 86400 + 86400, "8y"],
])("%d seconds are %s", (seconds, age) => {
  expect(ageOf(seconds)).toBe(age);
});

test("an age counts from then to now", () => {
  expect(ageBetween(new Date("2026-11-21T14:00:00Z"), new Date("2026-11-21T14:12:05Z"))).toBe("12m");
});
