package kill_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// hookPaths are a topic's subscriber and an API destination.
var hookPaths = []string{"/topic", "/call"}

// keyHeaders tell which calls are repetitions, by path.
var keyHeaders = map[string]string{"/topic": "X-Amz-Sns-Message-Id", "/call": "X-Skywatch-Delivery-Id"}

// hooks is a receiver that lives longer than the server. It fails the first
// call of one event in eight.
type hooks struct {
	url string

	mu     sync.Mutex
	keys   map[string]map[string]string // by path and name of the event
	took   map[string]map[string]int    // calls that were answered well, as keys
	byKey  map[string]int               // calls
	events map[string]string            // names by path and key
	wrong  []string
}

func newHooks(t *testing.T) *hooks {
	t.Helper()
	h := &hooks{keys: map[string]map[string]string{}, took: map[string]map[string]int{}, byKey: map[string]int{}, events: map[string]string{}}
	s := httptest.NewServer(http.HandlerFunc(h.take))
	t.Cleanup(s.Close)
	h.url = s.URL
	return h
}

func (h *hooks) take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the caller was killed
	}
	if r.Header.Get("X-Amz-Sns-Message-Type") == "SubscriptionConfirmation" {
		h.confirm(body)
		return
	}
	_, name, err := nameOf(body)
	path, key := r.URL.Path, r.Header.Get(keyHeaders[r.URL.Path])
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.keys[path] == nil {
		h.keys[path], h.took[path] = map[string]string{}, map[string]int{}
	}
	before, again := h.keys[path][name]
	switch {
	case err != nil || name == "" || key == "":
		h.wrong = append(h.wrong, path+": "+key+" "+string(body))
	case again && before != key:
		h.wrong = append(h.wrong, path+": "+name+" came under "+before+" and under "+key)
	case h.events[path+key] != "" && h.events[path+key] != name:
		h.wrong = append(h.wrong, path+": "+key+" is "+name+" and "+h.events[path+key])
	}
	h.keys[path][name], h.events[path+key] = key, name
	h.byKey[key]++
	if !again && len(key) > 0 && key[0]%8 == 0 { // a hexadecimal digit
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	h.took[path][name]++
}

func (h *hooks) confirm(body []byte) {
	var m struct{ SubscribeURL string }
	err := json.Unmarshal(body, &m)
	if err == nil {
		var resp *http.Response
		if resp, err = http.Get(m.SubscribeURL); err == nil {
			err = resp.Body.Close()
		}
	}
	if err != nil {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.wrong = append(h.wrong, "confirm: "+err.Error())
	}
}

// counts is how often each event was taken by a path.
func (h *hooks) counts(t *testing.T, path string) map[string]int {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, w := range h.wrong {
		t.Error(w)
	}
	h.wrong = nil
	return maps.Clone(h.took[path])
}

// calls is how many calls came under a key.
func (h *hooks) calls(key string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.byKey[key]
}

// repeats is how many calls were not the first of their key.
func (h *hooks) repeats() (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, calls := range h.byKey {
		n += calls - 1
	}
	return n
}
