package conformance_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// tour returns the commands of a part of the README's tour.
func tour(t *testing.T, part string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(string(text), "**"+part+"**")
	after, _, _ = strings.Cut(after, "\n**")
	if !ok {
		t.Fatalf("the README has no part %q", part)
	}
	var commands strings.Builder
	for line := range strings.Lines(after) {
		if command, ok := strings.CutPrefix(line, "    "); ok {
			commands.WriteString(command)
		}
	}
	return commands.String()
}

// TestTourOfEvents runs the README's commands for events as they stand; only the
// port of the webhook is another. The script waits for the tail to follow,
// and at the end for what it prints.
func TestTourOfEvents(t *testing.T) {
	t.Parallel()
	needs(t, "the aws CLI", "aws", "--version")
	needs(t, "python3", "python3", "--version")
	address := freeAddress(t)
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	const tail, receiver = "bin/skywatch events tail --count 1 &\n", "python3 examples/receiver.py 9001 &"
	commands := tour(t, "An event that reaches somebody.")
	for _, wanted := range []string{tail, receiver, "put-events", "InputTransformer", "receive-message"} {
		if !strings.Contains(commands, wanted) {
			t.Fatalf("the tour has no %s in\n%s", wanted, commands)
		}
	}
	commands = strings.NewReplacer(
		tail, program(t)+" events tail --count 1 & tail=$!\nuntil curl -s $AWS_ENDPOINT_URL/metrics | grep -q '^skywatch_event_tails 1'; do sleep 0.1; done\n",
		receiver, "python3 examples/receiver.py "+port+" &", "127.0.0.1:9001", address,
	).Replace(commands)

	seen := filepath.Join(t.TempDir(), "seen")
	out, err := os.Create(seen)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-c", "set -e\n"+commands+"wait $tail\n")
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = "..", environmentOfCLI(start(t)), out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	t.Cleanup(func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }) // what is left in the background
	err = cmd.Run()
	read := func() string {
		text, err := os.ReadFile(seen)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, read())
	}
	eventually(t, 10*time.Second, "the webhook is called", func() bool {
		return strings.Contains(read(), "POST /chat") && strings.Contains(read(), "X-Key: secret")
	})
	text := read()
	for _, want := range []string{"ci  Build  ", "[failed-builds]", `"Body": "{\"text\": \"Build web failed\"}"`, "\n    " + `{"text": "Build web failed"}`} {
		if !strings.Contains(text, want) {
			t.Errorf("nobody shows %s in\n%s", want, text)
		}
	}
}

// TestTourOfActing runs the README's commands for what one Publish does.
func TestTourOfActing(t *testing.T) {
	t.Parallel()
	read := walk(t, "One Publish that does four things.", []string{"9002", "9003"})
	for _, want := range []string{"Disk full db-1 has no room left", "POST /services/T/B/secret", "mail to you@example.com: Disk full", "paged: Disk full - db-1 has no room left"} {
		eventually(t, 10*time.Second, "shown: "+want, func() bool { return strings.Contains(read(), want) })
	}
}

// TestTourOfAlarms runs the README's commands for an alarm on the CPU of the
// machine that runs this test.
func TestTourOfAlarms(t *testing.T) {
	t.Parallel()
	read := walk(t, "An alarm on this machine's CPU that reaches somebody, runs a function and scales a group.", []string{"9000"}, "--agent-interval", "10s")
	for _, want := range []string{"NewStateValue", "cpu is in ALARM: Threshold Crossed: 1 datapoint [", "i-", "was greater than the threshold (0.0)", "ALARM: ", "It would ", "2 tests, 4 expectations, 0 failed"} {
		eventually(t, 10*time.Second, "shown: "+want, func() bool { return strings.Contains(read(), want) })
	}
}

// walk runs the commands of a part of the README's tour, beside a server with the
// tour's configuration; only ports are others. The commands themselves wait for
// what they print; read returns what they and those that they left behind have
// printed by now.
func walk(t *testing.T, part string, ports []string, flags ...string) (read func() string) {
	t.Helper()
	needs(t, "the aws CLI", "aws", "--version")
	dir, binary := t.TempDir(), program(t)
	if err := os.CopyFS(filepath.Join(dir, "examples"), os.DirFS(filepath.Join("..", "examples"))); err != nil {
		t.Fatal(err)
	}
	commands := tour(t, part)
	relay := freeAddress(t)
	others := []string{"127.0.0.1:2525", relay, "mailbox.py 2525", "mailbox.py " + portOf(t, relay)}
	for _, there := range ports {
		if !strings.Contains(commands, ".py "+there) {
			t.Fatalf("nothing listens on %s in\n%s", there, commands)
		}
		others = append(others, there, portOf(t, freeAddress(t)))
	}
	elsewhere := strings.NewReplacer(append(others, "bin/skywatch ", binary+" ")...)
	text, err := os.ReadFile(filepath.Join(dir, "examples", "tour.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "examples", "tour.yaml"), []byte(elsewhere.Replace(string(text))))
	h := &killedHouse{binary: binary, work: dir, flags: append([]string{"--config", "examples/tour.yaml", "serve", "--data-dir", "data", "--log-level", "WARN"}, flags...)}
	h.listen(t)
	h.start(t)
	t.Cleanup(h.end)

	cmd := exec.CommandContext(t.Context(), "bash", "-c", "set -e\n"+elsewhere.Replace(commands))
	out, err := os.Create(filepath.Join(dir, "seen"))
	if err != nil {
		t.Fatal(err)
	}
	read = func() string {
		text, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, environmentOfCLI(h.url), out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	t.Cleanup(func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }) // what is left in the background
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, read())
	}
	return read
}

func portOf(t *testing.T, address string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// TestTourOfQuestions runs the README's questions in four languages as they stand,
// beside a server with the host agent.
func TestTourOfQuestions(t *testing.T) {
	t.Parallel()
	needs(t, "the aws CLI", "aws", "--version")
	url := startBinary(t, program(t), filepath.Join(t.TempDir(), "data"), "--agent-interval", "10s")
	ask := prometheusClient(t, url, nil)
	eventually(t, 30*time.Second, "the agent has read this machine twice", func() bool {
		found, _, _, err := ask.LabelValues(t.Context(), "cpu", nil, time.Now().Add(-time.Hour), time.Now())
		return err == nil && len(found) > 1
	})
	cmd := exec.CommandContext(t.Context(), "bash", "-c", "set -e\n"+tour(t, "One question in each of four languages"))
	cmd.Env = environmentOfCLI(url)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{`memory that is free, %\t\d`, `busiest: cpu\d+\t\d`, `fullest: /\S*\t\d`, `"metric":\{"cpu":"cpu\d+"\}`} {
		if !regexp.MustCompile(want).Match(out) {
			t.Errorf("nothing like %s in\n%s", want, out)
		}
	}
}
