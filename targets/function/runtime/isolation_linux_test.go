package runtime

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// look is a function that tells what it can reach. The event names files to
// open and a process to signal.
const looks = `
import json, os, resource, signal
def attempt(f):
    try:
        f()
        return ""
    except OSError as e:
        return e.strerror
def write(path):
    with open(path, "w") as f: f.write("x")
    return os.stat(path).st_mode & 0o777
def handler(e, c):
    status = dict(l.split(":", 1) for l in open("/proc/self/status").read().splitlines())
    return {
        "env": sorted(os.environ), "fds": sorted(os.readlink("/proc/self/fd/" + n)[:5] for n in ("0", "1", "2")), "nfds": len(os.listdir("/proc/self/fd")) - 1,
        "read": [attempt(lambda: open(p).read()) for p in e["read"]], "write": [attempt(lambda: write(p)) for p in e["write"]],
        "kill": attempt(lambda: os.kill(e["server"], 0)), "mode": write(os.environ["TMPDIR"] + "/x"), "cwd": os.getcwd(),
        "privileges": status["NoNewPrivs"].strip(), "capabilities": int(status["CapEff"], 16),
        "files": resource.getrlimit(resource.RLIMIT_NOFILE), "core": resource.getrlimit(resource.RLIMIT_CORE), "data": resource.getrlimit(resource.RLIMIT_DATA)[0],
    }
`

func TestIsolation(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	t.Log(strings.Join(g.Isolation(), "\n"))
	s := g.python(t, looks)
	secret := filepath.Join(filepath.Dir(g.options.Dir), "secret")
	if err := os.WriteFile(secret, []byte("s"), 0o600); err != nil {
		t.Fatal(err)
	}
	tmp := filepath.Join(os.TempDir(), fmt.Sprint("skywatch-isolation-", os.Getpid()))
	t.Cleanup(func() { _ = os.Remove(tmp) })
	server := "/proc/" + strconv.Itoa(os.Getpid())
	event, _ := json.Marshal(map[string]any{
		"read": []string{s.Code + "/lambda_function.py", secret, server + "/environ"}, "write": []string{tmp, s.Code + "/x", secret}, "server": os.Getpid(),
	})
	var got struct {
		Env, Fds, Read, Write []string
		Nfds, Mode            int
		Kill, Cwd, Privileges string
		Capabilities          uint64
		Files, Core           [2]int64
		Data                  int64
	}
	r := g.run(t, s, string(event))
	if err := json.Unmarshal(r.Payload, &got); err != nil {
		t.Fatalf("%s %v", r.Payload, err)
	}
	const names = "AWS_DEFAULT_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE " +
		"AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_LAMBDA_RUNTIME_API AWS_REGION HOME LAMBDA_RUNTIME_DIR LAMBDA_TASK_ROOT LANG LD_LIBRARY_PATH PATH TMPDIR TZ _HANDLER"
	if env := strings.Join(got.Env, " "); env != names {
		t.Errorf("variables: %s", env)
	}
	if fmt.Sprint(got.Fds) != "[/dev/ pipe: pipe:]" || got.Mode != 0o600 || got.Cwd != s.Code || got.Privileges != "1" {
		t.Errorf("%+v", got)
	}
	if got.Nfds > 4 { // and the connection to the Runtime API
		t.Errorf("%d open files", got.Nfds)
	}
	if got.Files != [2]int64{1024, 1024} || got.Core != [2]int64{} || got.Data != 4*256<<20+512<<20 {
		t.Errorf("limits: %+v", got)
	}
	if g.measures.landlock > 0 {
		const denied = "Permission denied"
		if fmt.Sprintf("%q %q", got.Read, got.Write) != fmt.Sprintf("%q %q", []string{"", denied, denied}, []string{"", denied, denied}) {
			t.Errorf("reads %q, writes %q", got.Read, got.Write)
		}
	}
	if g.measures.namespaces && (got.Kill != "No such process" || got.Capabilities != 0) {
		t.Errorf("kill: %q, capabilities %x", got.Kill, got.Capabilities)
	}
}

// TestWithoutMeasures runs where the system lets us do less.
func TestWithoutMeasures(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	for _, m := range []measures{{}, {traced: true}, {namespaces: true}, {landlock: landlockVersion()}, {namespaces: true, landlock: landlockVersion()}} {
		g.measures = m
		s := g.python(t, "import os\ndef handler(e, c):\n    if os.fork() == 0: os.setsid(); os.close(1); os.close(2)\n    return os.path.basename(os.getcwd())")
		if r := g.run(t, s, "{}"); r.Error != "" {
			t.Errorf("%+v: %s", m, r.Payload)
		}
		if len(m.describe()) < 6 {
			t.Errorf("%+v: %q", m, m.describe())
		}
	}
}

// TestServerOutOfReach: a user namespace alone keeps the server's variables
// and processes from a function, as the documentation says.
func TestServerOutOfReach(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	if !g.measures.namespaces {
		t.Skip("no namespaces")
	}
	g.measures = measures{namespaces: true}
	s := g.python(t, looks)
	event := fmt.Sprintf(`{"read": ["/proc/%d/environ", "/proc/%[1]d/mem", "/etc/hosts"], "write": [], "server": %[1]d}`, os.Getpid())
	var got struct {
		Read []string
		Kill string
	}
	if err := json.Unmarshal(g.run(t, s, event).Payload, &got); err != nil {
		t.Fatal(err)
	}
	const denied = "Permission denied"
	if fmt.Sprintf("%q", got.Read) != fmt.Sprintf("%q", []string{denied, denied, ""}) || got.Kill != "No such process" {
		t.Errorf("%+v", got)
	}
}

// TestForks ends a function that forked as much as it could, with children
// that left its group.
func TestForks(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	if !g.measures.namespaces {
		t.Skip("no namespaces: what leaves the group is out of reach")
	}
	marker := fmt.Sprintf("86398.%09d", os.Getpid())
	s := g.python(t, fmt.Sprintf(`
import os, time
def handler(e, c):
    for _ in range(30):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0: os.setsid()
            os.execvp("sleep", ["sleep", %q])
    print("forked")
    time.sleep(60)
`, marker))
	s.Memory, s.Timeout = 1024, 1500*time.Millisecond
	f := errorOf(t, g.run(t, s, "{}"))
	contains(t, f.Message, "Task timed out after 1.50 seconds")
	contains(t, g.log(), "forked")
	if n := named(marker); n != 0 {
		t.Errorf("%d processes are left", n)
	}
}

func TestMemory(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	s := g.python(t, "import time\ndef handler(e, c):\n    x = b'x' * (e << 20)\n    time.sleep(0 if e < 100 else 5)\n    return len(x)")
	s.Memory = 128
	r := g.run(t, s, "64")
	if r.Error != "" || r.MaxMemory < 64 || r.MaxMemory > 127 {
		t.Errorf("%d MB, %s", r.MaxMemory, r.Payload)
	}
	r = g.run(t, s, "300")
	if f := errorOf(t, r); f.Type != "Runtime.OutOfMemory" || !strings.Contains(f.Message, "signal: killed") || r.MaxMemory != 128 {
		t.Errorf("%s %d MB", r.Payload, r.MaxMemory)
	}
	contains(t, string(r.Log), "Max Memory Used: 128 MB\tStatus: error\tError Type: Runtime.OutOfMemory\n")
	if f := errorOf(t, g.run(t, s, "2000")); f.Type != "MemoryError" { // over RLIMIT_DATA
		t.Errorf("%+v", f)
	}
	s = g.spec(t, "nodejs20.x", "index.handler", map[string]string{"index.js": `exports.handler = async () => { const a = []; for (;;) a.push(Buffer.alloc(1 << 20, 1)); };`})
	s.Memory = 128
	if f := errorOf(t, g.run(t, s, "{}")); f.Type != "Runtime.OutOfMemory" && f.Type != "Runtime.ExitError" {
		t.Errorf("%+v", f)
	}
}

// Whoever keeps the data where functions read everything hears of it.
func TestOpenDirectories(t *testing.T) {
	t.Parallel()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("/var", link); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		"/tmp": "/tmp", "/tmp/a/b": "/tmp", "/opt/skywatch/data": "/opt", "/usr/local/data": "/usr", "/tmpfiles": "", "/var/lib/skywatch": "", link: "", "/": "",
	} {
		if got := (measures{landlock: 1}).open(dir); got != want {
			t.Errorf("%s is in %q, want %q", dir, got, want)
		}
	}
	if got := (measures{}).open("/tmp"); got != "" {
		t.Errorf("without Landlock: %q", got)
	}
}
