package main

import (
	"flag"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	hall "skywatch/server"
)

// The test binary is also the server under test, so that nothing is built.
const serverVariable = "SKYWATCH_BENCH_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(serverVariable) != "" {
		if err := serveForTest(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// serveForTest is skywatch serve with the flags that the bench uses.
func serveForTest(args []string) error {
	cfg := hall.DefaultConfig()
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.StringVar(&cfg.Listen, "listen", "", "")
	flags.StringVar(&cfg.DataDir, "data-dir", "", "")
	flags.StringVar(&cfg.DebugListen, "debug-listen", "", "")
	flags.String("log-level", "", "")
	flags.Func("egress-allow", "", func(s string) error {
		p, err := netip.ParsePrefix(s)
		cfg.EgressAllow = append(cfg.EgressAllow, p)
		return err
	})
	if err := flags.Parse(args); err != nil {
		return err
	}
	s, err := hall.New(cfg, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		return err
	}
	fmt.Println("skywatch is ready on " + s.URL())
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
	return s.Stop()
}

// The rows about what acts run, and notice what does not arrive, with loads too
// small to measure anything.
func TestEventRows(t *testing.T) {
	t.Setenv(serverVariable, "yes")
	for _, name := range []string{"match", "rules", "events", "deliveries", "dead", "topics", "functions", "crowd", "storm"} {
		chosen, err := choose(name)
		if err != nil {
			t.Fatal(err)
		}
		b := &bench{options: options{tiny: true}, dir: filepath.Join(t.TempDir(), name), binary: os.Args[0], begun: time.Now(), quiet: true}
		if err := os.Mkdir(b.dir, 0o700); err != nil {
			t.Fatal(err)
		}
		figures, err := chosen[0].measure(t.Context(), b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, f := range figures {
			if f.What == "" || f.Ours == "" || len(f.Values) == 0 {
				t.Errorf("%s: %+v is not a figure", name, f)
			}
		}
	}
}

func TestTallyNoticesWhatIsWrong(t *testing.T) {
	t.Parallel()
	form := newForm("s")
	event := func(n int) []byte {
		return []byte(fmt.Sprintf(`{"detail":{"n":%d,"at":%d,"x":1}}`, n, time.Now().UnixNano()))
	}
	if len(form[0]) == 0 || len(form[1]) == 0 || len(form[2]) == 0 {
		t.Errorf("the form of an event has no place for its number or time: %q", form)
	}
	for name, arrivals := range map[string][]int{"": {0, 1, 2}, "a loss": {0, 2}, "a repetition": {0, 1, 1, 2}, "one never put": {0, 1, 2, 3}} {
		tally := newTally(3)
		for _, n := range arrivals {
			tally.take(event(n))
		}
		if err := tally.once(); (err == nil) != (name == "") {
			t.Errorf("%q: %v", name, err)
		}
	}
	tally := newTally(1)
	tally.take([]byte("something else"))
	if tally.once() == nil {
		t.Error("what is no event is not noticed")
	}
}
