package runtime

import (
	"strings"
	"testing"
)

func TestPython(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	s := g.python(t, `
import os, logging
count = 0
def handler(event, context):
    global count
    count += 1
    print("hello", event["name"])
    logging.warning("careful")
    return {"count": count, "id": context.aws_request_id, "arn": context.invoked_function_arn, "memory": context.memory_limit_in_mb,
            "left": 0 < context.get_remaining_time_in_millis() <= 20000, "name": context.function_name, "env": os.environ["GREETING"],
            "custom": context.client_context.custom, "trace": os.environ["_X_AMZN_TRACE_ID"], "tmp": os.environ["TMPDIR"] == os.environ["HOME"]}
`)
	s.Env = map[string]string{"GREETING": "ho", "_HANDLER": "not.this"}
	call := Call{RequestID: requestID, Payload: []byte(`{"name":"w"}`), ClientContext: `{"custom":{"a":1}}`, Trace: "Root=1", Arn: s.ARN + ":live"}
	first, err := g.Run(t.Context(), s, call)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"count": 1, "id": "` + requestID + `", "arn": "` + s.ARN + `:live", "memory": "256", "left": true, "name": "f", "env": "ho", "custom": {"a": 1}, "trace": "Root=1", "tmp": true}`
	if string(first.Payload) != want || first.Error != "" {
		t.Errorf("got  %s\nwant %s", first.Payload, want)
	}
	if !first.Cold || first.Init <= 0 || first.MaxMemory < 1 || first.Billed < first.Duration {
		t.Errorf("%+v", first)
	}
	contains(t, string(first.Log), "START RequestId: "+requestID+" Version: $LATEST\nhello w\n[WARNING]\t", "\t"+requestID+"\tcareful\nEND RequestId: "+requestID+"\nREPORT RequestId: "+requestID+"\tDuration: ", "\tInit Duration: ")
	second, err := g.Run(t.Context(), s, call)
	if err != nil || second.Cold || second.Init != 0 || !strings.HasPrefix(string(second.Payload), `{"count": 2,`) {
		t.Errorf("%+v %s %v", second, second.Payload, err)
	}
	if string(first.Log)+string(second.Log) != g.log() {
		t.Errorf("the sink got %s", g.log())
	}
}

func TestPythonFailures(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	rows := []struct{ name, code, handler, kind, text, trace string }{
		{"raises", "def handler(e, c):\n    raise ValueError('bad')\n", "lambda_function.handler", "ValueError", "bad", "in handler\n    raise ValueError('bad')\n"},
		{"no module", "", "nothing.handler", "Runtime.ImportModuleError", "Unable to import module 'nothing': No module named 'nothing'", ""},
		{"no handler", "", "lambda_function.handler", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'lambda_function'", ""},
		{"bad name", "", "handler", "Runtime.MalformedHandlerName", "Bad handler 'handler': not enough values to unpack (expected 2, got 1)", ""},
		{"syntax", "def handler(:\n", "lambda_function.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'lambda_function'", "Line 1"},
		{"raises at start", "raise KeyError('k')", "lambda_function.handler", "KeyError", "'k'", "raise KeyError('k')"},
		{"not JSON", "def handler(e, c): return object()", "lambda_function.handler", "Runtime.MarshalError", "Unable to marshal response: Object of type object is not JSON serializable", ""},
		{"exits", "import sys\ndef handler(e, c): sys.exit(3)", "lambda_function.handler", "Runtime.ExitError", "RequestId: " + requestID + " Error: Runtime exited with error: exit status 3", ""},
		{"exits well", "import os\ndef handler(e, c): os._exit(0)", "lambda_function.handler", "Runtime.ExitError", "Error: Runtime exited without providing a reason", ""},
		{"exits at start", "import os; os._exit(7)", "lambda_function.handler", "Runtime.ExitError", "Error: Runtime exited with error: exit status 7", ""},
		{"kills itself", "import os\ndef handler(e, c): os.kill(os.getpid(), 11); os.abort()", "lambda_function.handler", "Runtime.ExitError", "Error: Runtime exited with error: signal: ", ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := g.python(t, row.code)
			s.Handler = row.handler
			r := g.run(t, s, "{}")
			f := errorOf(t, r)
			if f.Type != row.kind || !strings.Contains(f.Message, row.text) || !strings.Contains(strings.Join(f.Trace, ""), row.trace) {
				t.Errorf("%s\n%s", r.Payload, r.Log)
			}
			contains(t, string(r.Log), row.kind, "START RequestId", "REPORT RequestId")
		})
	}
}

func TestNode(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	rows := []struct{ name, file, handler, code, want, kind string }{
		{"async", "index.js", "index.handler", `exports.handler = async (e, c) => ({got: e.a, id: c.awsRequestId, left: c.getRemainingTimeInMillis() > 0});`, `{"got":1,"id":"` + requestID + `","left":true}`, ""},
		{"module", "lib/index.mjs", "lib/index.handler", `import os from 'node:os'; export const handler = async (e) => typeof os.EOL;`, `"string"`, ""},
		{"callback", "index.js", "index.handler", `exports.handler = (e, c, done) => { setTimeout(() => done(null, e.a + 1), 5); };`, `2`, ""},
		{"callback waits", "index.js", "index.handler", `let n = 0; exports.handler = (e, c, done) => { setTimeout(() => { console.log('late'); }, 30); done(null, 'now'); };`, `"now"`, ""},
		{"callback error", "index.js", "index.handler", `exports.handler = (e, c, done) => done(new RangeError('no'));`, `no`, "RangeError"},
		{"nothing", "index.js", "index.handler", `exports.handler = () => {};`, `null`, ""},
		{"undefined", "index.js", "index.handler", `exports.handler = async () => {};`, `null`, ""},
		{"succeed", "index.cjs", "index.a.b", `exports.a = {b: (e, c) => { setInterval(() => {}, 1000); c.succeed('s'); }};`, `"s"`, ""},
		{"throws", "index.js", "index.handler", `exports.handler = async () => { throw new TypeError('bad'); };`, `bad`, "TypeError"},
		{"throws at once", "index.js", "index.handler", `exports.handler = () => { throw new TypeError('bad'); };`, `bad`, "TypeError"},
		{"throws text", "index.js", "index.handler", `exports.handler = async () => { throw 'words'; };`, `words`, "string"},
		{"uncaught", "index.js", "index.handler", `exports.handler = () => new Promise(() => setTimeout(() => { throw new Error('late'); }, 5));`, `late`, "Error"},
		{"rejected", "index.js", "index.handler", `exports.handler = () => new Promise(() => { Promise.reject(new Error('lost')); setTimeout(() => {}, 9999) });`, `Error: lost`, "Runtime.UnhandledPromiseRejection"},
		{"no module", "index.js", "nothing.handler", ``, `Error: Cannot find module 'nothing'`, "Runtime.ImportModuleError"},
		{"no export", "index.js", "index.handler", ``, `index.handler is undefined or not exported`, "Runtime.HandlerNotFound"},
		{"syntax", "index.js", "index.handler", `exports.handler = (`, `SyntaxError: `, "Runtime.UserCodeSyntaxError"},
		{"module throws", "index.js", "index.handler", `throw new Error('start')`, `start`, "Error"},
		{"circular", "index.js", "index.handler", `exports.handler = async () => { const a = {}; a.a = a; return a; };`, `Unable to stringify response body`, "Runtime.MarshalError"},
		{"exits", "index.js", "index.handler", `exports.handler = async () => process.exit(4);`, `Runtime exited with error: exit status 4`, "Runtime.ExitError"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			r := g.run(t, g.spec(t, "nodejs22.x", row.handler, map[string]string{row.file: row.code}), `{"a":1}`)
			if row.kind == "" {
				if string(r.Payload) != row.want || r.Error != "" {
					t.Errorf("%q %s\n%s", r.Error, r.Payload, r.Log)
				}
				return
			}
			if f := errorOf(t, r); f.Type != row.kind || !strings.Contains(f.Message, row.want) {
				t.Errorf("%s\n%s", r.Payload, r.Log)
			}
		})
	}
}

func TestNodeLogAndWarmth(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	s := g.spec(t, "nodejs20.x", "index.handler", map[string]string{"index.js": `
let n = 0;
exports.handler = (e, c, done) => { console.log('a', {b: 1}); console.error('two\nlines'); done(null, ++n); };`})
	for i, want := range []string{"1", "2", "3"} {
		r := g.run(t, s, "{}")
		if string(r.Payload) != want || r.Cold != (i == 0) {
			t.Errorf("%s %v", r.Payload, r.Cold)
		}
		contains(t, string(r.Log), "Z\t"+requestID+"\tINFO\ta { b: 1 }\n", "\tERROR\ttwo\rlines\n")
	}
}

func TestShell(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	s := g.shell(t, `echo "got $event" >&2; echo "$event" | answer`)
	for range 2 {
		if r := g.run(t, s, `{"a":[1]}`); string(r.Payload) != "{\"a\":[1]}\n" || r.Error != "" {
			t.Errorf("%q %s", r.Payload, r.Log)
		} else {
			contains(t, string(r.Log), "got {\"a\":[1]}\n")
		}
	}
	if n := g.Warm(s.ARN, s.Version); n != 1 {
		t.Errorf("%d warm", n)
	}
}
