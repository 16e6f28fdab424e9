// Verifies a delivery, { "secret", "body", "headers" } on the standard input, as its receivers do: fails unless both libraries believe it, and neither a changed one.
// A CloudEvent is read by a third one.
import { readFileSync } from "node:fs";
import { HTTP } from "cloudevents";
import { Webhook as Standard } from "standardwebhooks";
import { Webhook as Svix } from "svix";

const { secret, body, headers } = JSON.parse(readFileSync(0, "utf8"));
for (const Webhook of [Standard, Svix]) {
  const webhook = new Webhook(secret);
  console.log(JSON.stringify(webhook.verify(body, headers)));
  let believed = true;
  try {
    webhook.verify(body + " ", headers);
  } catch {
    believed = false;
  }

  if (believed) throw new Error("A changed body is believed.");
}

if (HTTP.isEvent({ headers, body }) && headers["content-type"].startsWith("application/cloudevents")) {
  const event = HTTP.toEvent({ headers, body });
  event.validate();
  console.log(JSON.stringify(event));
}
