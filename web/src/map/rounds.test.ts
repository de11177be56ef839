import { expect, test } from "vitest";
import { Rounds } from "./rounds.ts";

/** What is told of a course of events: a(sked), c(ame), f(ailed). */
function told(course: string): boolean[] {
  const heard: boolean[] = [];
  const rounds = new Rounds((came) => heard.push(came));
  for (const step of course) {
    if (step === "a") rounds.asked();
    if (step === "c") rounds.came();
    if (step === "f") rounds.failed();
  }
  return heard;
}

test.each([
  ["one image is enough, whatever else fails", "aaafcf", [true]],
  ["while one is under way nothing is certain", "aaaff", []],
  ["none at all is a failure", "aafafaff", [false]],
  ["silence says nothing", "aaaa", []],
  ["what worked can fail further on, and come back", "aaccaaffac", [true, false, true]],
  ["the same is told once", "acacaac", [true]],
])("%s", (_name, course, expected) => {
  expect(told(course)).toEqual(expected);
});
