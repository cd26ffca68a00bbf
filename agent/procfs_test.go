package agent

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeProc makes a /proc of the given files.
func writeProc(t *testing.T, files map[string]string) machine {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return machine{root}
}

const (
	statTail  = " 1 1 1 0 -1 4194560 100 200 3 4 5 6 7 8 20 0 12 0 99 1000 10 18446744073709551615\n"
	tcpHead   = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
	listening = "   0: 0100007F:11E6 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0\n"
)

func TestProcessesFromProc(t *testing.T) {
	t.Parallel()
	m := writeProc(t, map[string]string{
		"1/stat":    "1 (init) S" + statTail,
		"20/stat":   "20 (a) R (b) Z) R" + statTail, // a command may look like anything
		"300/stat":  "300 (kworker) I" + statTail,
		"4000/cmd":  "", // ended between the listing and the opening
		"self/stat": "1 (init) S" + statTail,
		"meminfo":   "",
	})
	p, err := m.processes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if p.total != 3 || p.threads != 36 || p.states['S'] != 1 || p.states['R'] != 1 || p.states['I'] != 1 {
		t.Errorf("total %d, threads %d, S %d, R %d, I %d", p.total, p.threads, p.states['S'], p.states['R'], p.states['I'])
	}
}

func TestProcessesMalformed(t *testing.T) {
	t.Parallel()
	for _, stat := range []string{"", "1 (init", "1 (init) S 1 2", "1 (init) SS" + statTail, "1 (x) S" + strings.Replace(statTail, " 12 ", " many ", 1)} {
		m := writeProc(t, map[string]string{"1/stat": stat})
		if _, err := m.processes(t.Context()); err == nil || !strings.Contains(err.Error(), "process 1: ") {
			t.Errorf("stat %q: error %v", stat, err)
		}
	}
}

func TestSocketsFromProc(t *testing.T) {
	t.Parallel()
	established := strings.Replace(listening, " 0A ", " 01 ", 1)
	unknown := strings.Replace(listening, " 0A ", " 0C ", 1)
	m := writeProc(t, map[string]string{ // without udp6, as on a host without IPv6
		"net/tcp":  tcpHead + listening + established + unknown,
		"net/tcp6": tcpHead + established,
		"net/udp":  tcpHead + strings.Replace(listening, " 0A ", " 07 ", 1),
	})
	s, err := m.sockets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := sockets{udp: 1}
	want.tcp[tcpListen], want.tcp[tcpEstablished], want.tcp[tcpNone] = 1, 2, 1
	if s != want {
		t.Errorf("got %+v, want %+v", s, want)
	}
}

func TestSocketsMalformed(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"", "   0: 0100007F:11E6", "0: a b zz c", "0: a b 100 c"} {
		m := writeProc(t, map[string]string{"net/tcp": tcpHead + line + "\n"})
		if _, err := m.sockets(t.Context()); err == nil || !strings.Contains(err.Error(), "sockets tcp: ") {
			t.Errorf("line %q: error %v", line, err)
		}
	}
}

func FuzzProcessStat(f *testing.F) {
	f.Add([]byte("20 (a) R (b) Z) R" + statTail))
	f.Add([]byte("1 () S"))
	f.Fuzz(func(t *testing.T, stat []byte) {
		var p processes
		if err := p.count(stat); (err == nil) != (p.total == 1) {
			t.Errorf("error %v, counted %d", err, p.total)
		}
	})
}

func FuzzSockets(f *testing.F) {
	f.Add([]byte(tcpHead + listening))
	f.Add([]byte("\n\n"))
	f.Fuzz(func(t *testing.T, table []byte) {
		n := 0
		if err := parseSockets(strings.NewReader(string(table)), func(byte) { n++ }); err != nil {
			return
		}
		if most := strings.Count(string(table), "\n"); n > most {
			t.Errorf("%d sockets in %d lines", n, most)
		}
	})
}
