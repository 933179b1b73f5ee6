// What registry products say of limits and policies, and pages that no registry writes.

import { head, leaf } from "../sentence.js";

const limited = { says: "rate-limited" as const, pull: "always" as const };
const policy = { says: "policy-blocked" as const, pull: "always" as const };

export const limits = [
  // Limits and policies
  leaf({
    id: "reg.limit.hub",
    whole: "You have reached your {unauthenticated |authenticated |}pull rate limit{any}",
    ...limited,
    stage: "manifest",
  }),
  leaf({
    id: "reg.limit.login",
    whole: "too many failed login attempts for username or IP address",
    ...limited,
    also: ["credentials-rejected"],
    stage: "token",
  }),
  leaf({
    id: "reg.limit",
    whole: "{You have reached your {pull|download}{any}|pull rate limit{any}}",
    ...limited,
  }),
  // Said by everybody who counts.
  leaf({
    id: "reg.limit.any",
    whole:
      "{Rate exceeded|rate exceeded|Rate limit exceeded|rate limit exceeded|Too Many Requests|Too many requests|Data limit exceeded|You have reached your{any}}",
    says: "rate-limited",
    pull: "never",
  }),
  leaf({
    id: "reg.limit.quota",
    whole: "Quota exceeded for quota metric {any}",
    ...limited,
    also: ["quota-exceeded"],
    pull: "never",
  }),
  leaf({
    id: "reg.quota",
    whole:
      "{storage quota|Storage quota|quota exceeded|Quota exceeded|Quota has been exceeded|quota has been exceeded|exceeds the quota|Quota limit|quota limit|adding {any} of storage resource, which when updated to current usage of|storage limit|Storage limit|bandwidth limit|Bandwidth limit|data transfer limit|payment required|Payment required|Payment Required}{any}",
    says: "quota-exceeded",
    pull: "never",
  }),
  leaf({
    id: "reg.quota.github",
    whole: "{You've used {any} of included services|Package storage limit{any}}",
    says: "quota-exceeded",
    pull: "always",
  }),
  leaf({
    id: "reg.harbor.cve",
    whole: "current image with {any} vulnerabilities cannot be pulled{any}",
    ...policy,
  }),
  leaf({
    id: "reg.harbor.severity",
    whole:
      "{current image {without|with} {any}|To continue with pull, please contact your project administrator{any}}",
    ...policy,
  }),
  leaf({
    id: "reg.harbor.cosign",
    whole: "The image {doesn't|does not|is not} {pass|signed}{any}",
    ...policy,
  }),
  leaf({
    id: "reg.harbor.proxy",
    whole: "{The image is not signed{any}|vulnerability severity{any}|Image is quarantined{any}}",
    ...policy,
  }),
  leaf({
    id: "reg.signature",
    whole: "{signature verification {any}|no matching signatures{any}}",
    ...policy,
    pull: "never",
  }),
  leaf({
    id: "reg.signature.image",
    whole: "{failed to verify image|image verification failed}{any}",
    ...policy,
    pull: "usually",
  }),
  leaf({
    id: "reg.xray",
    whole:
      "{Artifact download request rejected|artifact download request rejected|Download request for {any} was rejected|blocked by Xray|The artifact has been blocked}{any}",
    ...policy,
  }),
  // Pages, and the wrong door
  leaf({
    id: "reg.https-req",
    whole: "{Client sent an HTTP request to an HTTPS server|The plain HTTP request was sent to HTTPS port}",
    says: "plain-http-registry",
    also: ["tls-other"],
    stage: "tls",
  }),
  leaf({
    id: "reg.html.char",
    whole: "invalid character '<' {looking for beginning of value|}{any}",
    says: "not-registry-body",
    pull: "usually",
  }),
  head({
    id: "reg.html",
    starts: "{<html|<HTML|<!DOCTYPE|<!doctype|<head>|<?xml}",
    says: "not-registry-body",
    pull: "never",
  }),
  leaf({
    id: "reg.body",
    whole: "invalid character {any} looking for beginning of value{any}",
    says: "broken-json",
    pull: "never",
  }),
  leaf({ id: "reg.body.eof", whole: "unexpected end of JSON input", says: "broken-json", pull: "never" }),
  leaf({
    id: "reg.body.char",
    whole: "invalid character {any} in {any}",
    says: "broken-json",
    pull: "never",
  }),
  leaf({
    id: "reg.body.after",
    whole: "invalid character {any} after {any}",
    says: "broken-json",
    pull: "never",
  }),
  leaf({ id: "reg.body.other", whole: "invalid character {any}", says: "broken-json", pull: "never" }),
  leaf({ id: "reg.body.type", whole: "json: cannot unmarshal {any}", says: "broken-json", pull: "never" }),
];
