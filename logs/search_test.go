package logs_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"skywatch/internal/fault"
	"skywatch/logs"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	r := fresh(t, "a", "b", "c")
	r.put("a", at(0, "one"), at(2*time.Second, "ERROR two"))
	r.put("b", at(0, "ERROR zero"), at(time.Second, "one and a half"))
	r.put("c", at(3*time.Second, "three"))
	search := func(q logs.Search, want string) string {
		t.Helper()
		q.GroupName = group
		found, token, err := r.Search(q)
		if got := sought(found); err != nil || got != want {
			t.Errorf("%+v: %q %v, want %q", q, got, err, want)
		}
		return token
	}
	search(logs.Search{}, "a:one b:ERROR zero b:one and a half a:ERROR two c:three")
	search(logs.Search{Pattern: "ERROR"}, "b:ERROR zero a:ERROR two")
	search(logs.Search{Streams: []string{"b", "c", "b"}}, "b:ERROR zero b:one and a half c:three")
	search(logs.Search{Prefix: "b"}, "b:ERROR zero b:one and a half")
	search(logs.Search{From: noon.Add(time.Second), To: noon.Add(2*time.Second - time.Millisecond)}, "b:one and a half")
	search(logs.Search{From: noon.Add(time.Second), To: noon.Add(2 * time.Second)}, "b:one and a half a:ERROR two")
	search(logs.Search{To: time.UnixMilli(math.MaxInt64), Pattern: "ERROR"}, "b:ERROR zero a:ERROR two")
	token := search(logs.Search{Limit: 2}, "a:one b:ERROR zero")
	search(logs.Search{Limit: 3, Token: token}, "b:one and a half a:ERROR two c:three")
	_, _, err := r.Search(logs.Search{GroupName: group, Streams: []string{"z"}})
	r.refused(err, fault.NotFound, "The specified log stream does not exist.")
	_, _, err = r.Search(logs.Search{GroupName: group, Streams: []string{"a"}, Prefix: "a"})
	r.refused(err, fault.InvalidValue, "logStreamNamePrefix")
	_, _, err = r.Search(logs.Search{GroupName: group, Token: "?"})
	r.refused(err, fault.InvalidValue, "The specified nextToken is invalid.")
}

// However pages are cut, a search finds each event once, in order of time.
func TestSearchIsWhole(t *testing.T) {
	t.Parallel()
	r, runs := fresh(t), 0
	rapid.Check(t, func(rt *rapid.T) {
		runs++
		prefix := fmt.Sprint(runs, ".")
		r.SearchBytes = rapid.IntRange(1, 300).Draw(rt, "bytes at once")
		want := 0
		for _, letter := range []string{"a", "b", "c"} {
			ms, name := 0, prefix+letter
			r.ok(r.CreateStream(t.Context(), stream(name)))
			for i := range rapid.IntRange(0, 10).Draw(rt, "events") {
				ms += rapid.IntRange(0, 2).Draw(rt, "later")
				word := rapid.SampledFrom([]string{"yes", "no"}).Draw(rt, "word")
				r.put(name, at(time.Duration(ms)*time.Millisecond, fmt.Sprintf("%s%d", word, i)))
				if word == "yes" {
					want++
				}
			}
		}
		q, ids, last := logs.Search{GroupName: group, Prefix: prefix, Pattern: "yes"}, map[string]bool{}, time.Time{}
		for {
			q.Limit = rapid.IntRange(1, 5).Draw(rt, "limit")
			found, token, err := r.Search(q)
			r.ok(err)
			for _, f := range found {
				if ids[f.ID] || f.Time.Before(last) || len(f.ID) != 56 || !strings.HasPrefix(f.Message, "yes") {
					rt.Fatalf("%+v after %v", f, last)
				}
				ids[f.ID], last = true, f.Time
			}
			if q.Token = token; token == "" {
				break
			}
		}
		if len(ids) != want {
			rt.Fatalf("found %d, want %d", len(ids), want)
		}
	})
}
