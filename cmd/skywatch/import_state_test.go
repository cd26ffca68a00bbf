package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestStateOnDisk looks at the state file from the server's side, while a batch
// is under way: that is what a run leaves that is killed there.
func TestStateOnDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "n.jsonl")
	line := `{"Namespace":"App","MetricName":"N","Timestamp":"` + time.Now().Format(time.RFC3339) + `","Value":1}` + "\n"
	if err := os.WriteFile(file, []byte(strings.Repeat(line, 5)), 0o600); err != nil {
		t.Fatal(err)
	}
	var seen []fileState
	var inDoubt []int
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := os.ReadFile(file + stateSuffix)
		if err != nil {
			t.Error(err)
		}
		var s importState
		if err := json.Unmarshal(text, &s); err != nil {
			t.Error(err)
		}
		seen, inDoubt = append(seen, s.Files[0]), append(inDoubt, s.InDoubt)
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		_ = json.NewEncoder(w).Encode(map[string]int{"Imported": bytes.Count(body, []byte("\n"))})
	}))
	defer srv.Close()
	var out, err bytes.Buffer
	code := run(context.Background(), []string{"import", file, "--batch", "2", "--unsigned", "--endpoint", srv.URL}, streams{nil, &out, &err})
	if code != 0 || err.Len() > 0 {
		t.Fatalf("code %d: %s", code, &err)
	}
	for i, s := range seen {
		if s.Rows != 2*i || s.Line != 2*i || s.Bytes != int64(2*i*len(line)) || inDoubt[i] != 2 {
			t.Errorf("before batch %d: %+v, %d in doubt", i, s, inDoubt[i])
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(seen) != 3 || len(left) != 1 {
		t.Errorf("%d batches; left: %v", len(seen), left)
	}
}

func TestProgressText(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	var out bytes.Buffer
	p := newProgress(&out, false, 1000)
	p.now, p.started, p.told = func() time.Time { return now }, now, now

	now = now.Add(time.Second)
	p.add(50, 100) // too soon for a line
	now = now.Add(9 * time.Second)
	p.add(50, 200)
	p.endFile(250)
	now = now.Add(10 * time.Second)
	p.add(100, 250)
	if want := " 20% 100 rows, 10 rows/s, 40s left\n 50% 200 rows, 10 rows/s, 20s left\n"; out.String() != want {
		t.Errorf("%q, want %q", &out, want)
	}

	out.Reset()
	p.terminal = true
	p.skipped(250)
	now = now.Add(time.Second)
	p.add(0, 500)
	p.say("left out")
	if want := "\r[##################......]  75% 200 rows, 10 rows/s, 11s left\x1b[K\r\x1b[Kleft out\n"; out.String() != want {
		t.Errorf("%q, want %q", &out, want)
	}

	out.Reset()
	quiet := newProgress(&out, true, 1000)
	quiet.add(1, 1)
	quiet.say("nothing")
	quiet.clear()
	if out.Len() > 0 {
		t.Errorf("quiet, and %q", &out)
	}
}

// TestWordOfABatch: a run that goes on names the batch in doubt as the run before
// did; another place, file or import has another word, and an old state none.
func TestWordOfABatch(t *testing.T) {
	t.Parallel()
	one := &importState{ID: "import", Files: []fileState{{Name: "a", Bytes: 7}, {Name: "b", Bytes: 7}}}
	if w := one.word(&one.Files[0]); w != "import/0/7" || one.word(&one.Files[1]) != "import/1/7" {
		t.Error(w)
	}
	one.ID = ""
	if w := one.word(&one.Files[0]); w != "" {
		t.Error(w)
	}
}
