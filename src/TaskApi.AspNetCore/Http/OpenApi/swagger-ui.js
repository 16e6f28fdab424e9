// What Swagger UI lacks to try this service out.
const TaskApi = (() => {
  // The id in the examples. There can be no such task, so what is sent is the id of the task that the last answer was.
  const exampleId = '019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61';
  let lastId;

  // Likewise the token of the task that was acquired last.
  const exampleToken = 'AZyooD6AfUqLHF4vmnw9YQAAAAHmPcQqk7vMpH2hZ0b1W5kX';
  let lastToken;

  // For how many milliseconds a stream of events, which need not end, is read before it is shown.
  const patience = 10000;

  const isLines = mediaType => /x-ndjson/.test(mediaType);

  const remember = response => {
    if (response.obj?.createdAt) lastId = response.obj.id;
    lastToken = response.obj?.tasks?.findLast?.(task => task.lease)?.lease.token ?? lastToken;
    return response;
  };

  const send = request => {
    if (lastId) {
      request.url = request.url.replaceAll(exampleId, lastId);
      if (typeof request.body === 'string') request.body = request.body.replaceAll(exampleId, lastId);
    }
    if (lastToken && typeof request.body === 'string') request.body = request.body.replaceAll(exampleToken, lastToken);
    // Swagger UI asks for the first form that the answers of an operation have; a batch is answered in the form that it has itself.
    if (request.url.endsWith('/tasks/batch')) request.headers.accept = request.headers['Content-Type'];
    request.userFetch = fetchAtMost;
    return request;
  };

  const fetchAtMost = async (url, options) => {
    const response = await fetch(url, options);
    if (!/^text\/event-stream/.test(response.headers.get('Content-Type'))) return response;
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    const timeOver = new Promise(resolve => setTimeout(resolve, patience, { done: true }));
    let text = '';
    for (;;) {
      const part = await Promise.race([reader.read(), timeOver]);
      if (part.done) break;
      text += decoder.decode(part.value, { stream: true });
    }
    reader.cancel();
    return new Response(text, response);
  };

  // Swagger UI takes application/x-ndjson for JSON: it puts the lines of an example into quotes, and can't parse those of an answer.
  const plugin = system => ({
    fn: {
      getJsonSampleSchema: (schema, mediaType, config, example) => {
        const sample = system.getSystem().fn.memoizedSampleFromSchema(schema, config, example);
        const isJson = typeof sample === 'object' || (/json/.test(mediaType) && !isLines(mediaType));
        return isJson ? JSON.stringify(sample, null, 2) : sample;
      },
    },
    wrapComponents: {
      responseBody: Original => props =>
        system.React.createElement(Original, isLines(props.contentType) ? { ...props, contentType: 'text/plain' } : props),
    },
  });

  return { plugin, remember, send };
})();
