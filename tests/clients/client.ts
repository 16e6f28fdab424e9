// Uses the client that openapi-typescript and openapi-fetch make of the description. Prints what the other clients print.
import createClient from "openapi-fetch";
import type { paths } from "./generated/schema.js";

const api = createClient<paths>({ baseUrl: process.argv[2] });
const group = process.argv[3];

const created = await api.POST("/tasks", { body: { message: "Hei", delaySeconds: 3600, group } });
const id = created.data!.id;
console.log("created", created.data!.status);

const batch = await api.POST("/tasks/batch", { body: [{ message: "Bonjour", group }, { message: "Bore da", group }] });
const ids = batch.data!.tasks.map((task) => task.id);
console.log("batch", ids.length);

const gathered = await api.POST("/tasks/gather", { body: { ids, returnExceptions: true, waitSeconds: 30, onTimeout: "leave" } });
console.log("gathered", gathered.data!.results!.map((result) => String(result).slice(9)).join());

const waited = await api.POST("/tasks/wait", { body: { ids: [id, ...ids], returnWhen: "firstCompleted", waitSeconds: 30 } });
console.log("waited", waited.data!.done.length, waited.data!.pending.length);

const stream = await api.POST("/tasks/as-completed", { body: { ids, waitSeconds: 30 }, parseAs: "text" });
console.log("streamed", stream.data!.trim().split("\n").length);

const listed = await api.GET("/tasks", { params: { query: { group, status: "completed", order: "newest" } } });
console.log("listed", listed.data!.tasks.map((task) => task.message).join());

const cancelled = await api.DELETE("/tasks/{id}", { params: { path: { id }, query: { reason: "enough" } } });
console.log("cancelled", cancelled.data!.error!.detail);

const refused = await api.GET("/tasks/{id}/result", { params: { path: { id } } });
console.log("refused", refused.error!.type);
