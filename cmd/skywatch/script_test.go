package main

import (
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"skywatch": main})
}

// TestScript runs testdata/script: each script is an example of a part of the
// command line, with skywatch as a program of its own. Beside testscript's own
// commands there are
//
//	serve [NAME=VALUE ...] [flag ...]   start a server on a free port and wait until it is ready
//	terminate                           end it as SIGTERM does, and want exit code 0
//	statistics NAMESPACE METRIC [NAME=VALUE ...]
//	                                    print what GetMetricStatistics has of the last 455 days
//	cut N                               put a proxy before the server that breaks off after N requests
//	mend                                let the proxy pass everything on
//	expand FILE ...                     replace $NAME in files
//	restart                             end the server and start it again at its address
//	rule NAME PATTERN                   put a rule on the default bus
//	alarm FILE                          put an alarm, the input of PutMetricAlarm
//	publish SOURCE DETAIL-TYPE DETAIL   put an event on the default bus
//	await METRIC VALUE                  wait until /metrics shows the value
//
// and the variables TODAY and YESTERDAY.
func TestScript(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			now := time.Now().UTC()
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("TODAY", now.Format(time.DateOnly))
			e.Setenv("YESTERDAY", now.AddDate(0, 0, -1).Format(time.DateOnly))
			e.Values[house{}] = &house{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve":      serve,
			"terminate":  terminate,
			"statistics": statistics,
			"cut":        cut,
			"mend":       mend,
			"expand":     expand,
			"restart":    restart,
			"rule":       putRule,
			"alarm":      putAlarm,
			"publish":    publish,
			"await":      await,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// house is the server of a script, and the key of it among the script's values.
type house struct {
	server *served
	proxy  *cutter
}

func houseOf(ts *testscript.TestScript) *house { return ts.Value(house{}).(*house) }

// refuseNeg is for commands that make no sense behind an exclamation mark.
func refuseNeg(ts *testscript.TestScript, neg bool) {
	if neg {
		ts.Fatalf("this command cannot be negated")
	}
}

func expand(ts *testscript.TestScript, neg bool, args []string) {
	refuseNeg(ts, neg)
	for _, name := range args {
		text := os.Expand(ts.ReadFile(name), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}
