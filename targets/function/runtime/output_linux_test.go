package runtime

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestDrained: what is in the pipe when a call ends is in the call's log.
func TestDrained(t *testing.T) {
	t.Parallel()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	o, err := newOutput(Spec{}, read, nil, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for range 500 {
		o.begin("START")
		if _, err := write.WriteString("line\nno end"); err != nil {
			t.Fatal(err)
		}
		if log := string(o.finish("END")); log != "START\nline\nno end\nEND\n" {
			t.Fatalf("%q", log)
		}
	}
	_ = write.Close()
	if lost := o.close(); lost != 0 {
		t.Errorf("lost %d", lost)
	}
}

func TestTailIsTheEnd(t *testing.T) {
	t.Parallel()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	o, err := newOutput(Spec{}, read, nil, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for range 40 {
		o.say(strings.Repeat("x", 1000))
	}
	if log := string(o.finish("END")); len(log) != MaxTail || !strings.HasSuffix(log, "xx\nEND\n") {
		t.Errorf("%d bytes", len(log))
	}
	_ = write.Close()
	o.close()
}
