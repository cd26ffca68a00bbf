"""Runs a Python handler against the Lambda Runtime API."""

import http.client
import importlib
import json
import logging
import os
import signal
import sys
import time
import traceback

API = "/2018-06-01/runtime"


class Fault(Exception):
    """A failure that has a type of Lambda's."""

    def __init__(self, kind, message, trace=None):
        super().__init__(message)
        self.kind = kind
        self.trace = trace or []


class Context:
    """The second argument of a handler, as Lambda documents it."""

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = CognitoIdentity()
        self.client_context = ClientContext.parse(headers.get("Lambda-Runtime-Client-Context"))
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class CognitoIdentity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class Client:
    def __init__(self, given):
        for name in ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name"):
            setattr(self, name, given.get(name))


class ClientContext:
    @staticmethod
    def parse(text):
        if not text:
            return None
        try:
            given = json.loads(text)
        except ValueError as e:
            raise Fault("Runtime.LambdaContextUnmarshalError", "Unable to parse Client Context JSON: %s" % e)
        context = ClientContext()
        context.custom = given.get("custom")
        context.env = given.get("env")
        context.client = Client(given["client"]) if given.get("client") else None
        return context


class Runtime:
    """The Runtime API over one connection, which is made again when it broke."""

    def __init__(self, address):
        host, port = address.split(":")
        self.connection = http.client.HTTPConnection(host, int(port))

    def call(self, method, path, body=None, headers=None):
        self.connection.request(method, API + path, body, headers or {})
        response = self.connection.getresponse()
        return response.status, response.headers, response.read()

    def next(self):
        status, headers, body = self.call("GET", "/invocation/next")
        if status != 200:
            raise SystemExit("runtime API: %d %s" % (status, body.decode()))
        return headers, body

    def answer(self, request_id, body):
        self.post("/invocation/%s/response" % request_id, body, {"Content-Type": "application/json"})

    def fail(self, path, error):
        self.post(path, json.dumps(error).encode(), {
            "Content-Type": "application/json",
            "Lambda-Runtime-Function-Error-Type": error["errorType"],
        })

    def post(self, path, body, headers):
        status, _, text = self.call("POST", path, body, headers)
        if status not in (202, 413):
            raise SystemExit("runtime API: %d %s" % (status, text.decode()))


class RequestFilter(logging.Filter):
    request_id = ""

    def filter(self, record):
        record.aws_request_id = RequestFilter.request_id
        return True


def set_up_logging():
    logging.Formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"))
    handler.addFilter(RequestFilter())
    logging.getLogger().addHandler(handler)


def find_handler(name):
    module, dot, function = name.rpartition(".")
    if not dot:
        raise Fault("Runtime.MalformedHandlerName", "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % name)
    if module.split(".")[0] in sys.builtin_module_names:
        raise Fault("Runtime.BuiltInModuleConflict", "Cannot use built-in module %s as a handler module" % module)
    try:
        loaded = importlib.import_module(module.replace("/", "."))
    except ImportError as e:
        raise Fault("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module, e))
    except SyntaxError as e:
        raise Fault("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module, e),
                    ['  File "%s" Line %s\n    %s' % (e.filename, e.lineno, e.text)])
    if not hasattr(loaded, function):
        raise Fault("Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (function, module))
    return getattr(loaded, function)


def describe(e, request_id=""):
    """The error as Lambda words it; frames of this file are left out."""
    if isinstance(e, Fault):
        kind, trace = e.kind, e.trace
    else:
        frames = traceback.extract_tb(e.__traceback__)
        while frames and frames[0].filename == __file__:
            frames = frames[1:]
        kind, trace = type(e).__name__, traceback.format_list(frames)
    return {"errorMessage": str(e), "errorType": kind, "requestId": request_id, "stackTrace": trace}


def log_error(error):
    lines = ["[ERROR] %(errorType)s: %(errorMessage)s" % error, "Traceback (most recent call last):"]
    lines += [line for entry in error["stackTrace"] for line in entry.splitlines()]
    print("\n".join(lines), flush=True)


def encode(value):
    def other(o):
        if type(o).__name__ == "Decimal":
            return float(o)
        raise TypeError("Object of type %s is not JSON serializable" % type(o).__name__)

    try:
        return json.dumps(value, default=other).encode()
    except Exception as e:
        raise Fault("Runtime.MarshalError", "Unable to marshal response: %s" % e)


def decode(body):
    try:
        return json.loads(body)
    except ValueError as e:
        raise Fault("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % e)


def set_trace(headers):
    trace = headers.get("Lambda-Runtime-Trace-Id")
    if trace:
        os.environ["_X_AMZN_TRACE_ID"] = trace
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)


def call(runtime, handler, headers, body):
    request_id = RequestFilter.request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    set_trace(headers)
    try:
        result = encode(handler(decode(body), Context(headers)))
    except Exception as e:
        error = describe(e, request_id)
        log_error(error)
        runtime.fail("/invocation/%s/error" % request_id, error)
    else:
        runtime.answer(request_id, result)


def main():
    # The first process of a PID namespace has no default for SIGTERM.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    root = os.environ["LAMBDA_TASK_ROOT"]
    sys.path[0] = root  # instead of this file's directory
    set_up_logging()
    runtime = Runtime(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = find_handler(os.environ["_HANDLER"])
    except Exception as e:
        error = describe(e)
        log_error(error)
        runtime.fail("/init/error", error)
        sys.exit(1)
    while True:
        call(runtime, handler, *runtime.next())


if __name__ == "__main__":
    main()
