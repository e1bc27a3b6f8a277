import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Log } from "../../base/log.ts";
import { type AdmissionContext, ReviewImpossible } from "./context.ts";
import { decide, UnknownResource } from "./decide.ts";
import { type AdmissionRequest, readReview, reviewAnswer, UnreadableReview } from "./review.ts";

export interface AdmissionAppOptions {
  readonly context: AdmissionContext;
  /** Resolves when reviews can begin: before the objects are listed nobody could say what is taken. */
  readonly ready: () => Promise<void>;
  readonly log: Log;
}

/** An API server sends objects of 3 MB at most, the former one and bookkeeping with it. */
const LARGEST_BODY = 16 * 1024 * 1024;

/** Answers AdmissionReviews (v1) under every path. What is no review is a 400; a review that cannot be made is a 500, and the API server does what failurePolicy says. */
export function admissionApp({ context, ready, log }: AdmissionAppOptions): Hono {
  const app = new Hono();
  const tooLarge = bodyLimit({ maxSize: LARGEST_BODY, onError: (c) => c.text("the body is too large", 413) });
  app.all("*", tooLarge, async (c) => {
    let request: AdmissionRequest;
    try {
      request = readReview(await c.req.text());
    } catch (error) {
      if (error instanceof UnreadableReview) return c.text(error.message, 400);
      throw error;
    }
    try {
      await ready();
      const verdict = await decide(request, context);
      if (!verdict.allowed) log.info("Refused a write", { reason: verdict.message });
      return c.json(reviewAnswer(request.uid, verdict));
    } catch (error) {
      if (error instanceof UnknownResource || error instanceof ReviewImpossible) return c.text(error.message, 500);
      const { resource, namespace } = request;
      const stack = error instanceof Error ? error.stack : undefined;
      log.error("A bug in Silverback: a review failed; please report it", { ...resource, namespace, error, stack });
      // The message of an error nobody thought of may quote anything.
      return c.text("a bug in Silverback: the review failed, and its log says why", 500);
    }
  });
  return app;
}
