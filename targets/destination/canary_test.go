package destination_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/targets"
	"skywatch/targets/destination"
	"skywatch/targets/destination/template"
	"skywatch/targets/webhook"
)

// canaries are the secrets of TestSecrets: nothing else holds this text.
const canary = "canary-7f3a"

// secretAuths have a canary in each place of a secret.
func secretAuths(endpoint string) []destination.Auth {
	more := func(place string) *destination.Parameters {
		p := func(kind string) []destination.Parameter {
			return []destination.Parameter{{Key: "k", Value: canary + place + kind, Secret: true}, {Key: "open", Value: "open"}}
		}
		return &destination.Parameters{Header: p("h"), Query: p("q"), Body: p("b")}
	}
	return []destination.Auth{
		{Type: destination.Basic, Username: "u", Password: canary + "-password", Invocation: more("1")},
		{Type: destination.APIKey, KeyName: "X-Key", KeyValue: canary + "-key", Invocation: more("2")},
		{Type: destination.OAuth, Client: &destination.Client{
			ID: "i", Secret: canary + "-client", Endpoint: endpoint, Method: http.MethodPost, Parameters: more("3"),
		}, Invocation: more("4")},
	}
}

// TestSecrets holds that no secret is in anything but calls: not in the files
// of the catalog, in answers, in what is printed or logged, nor in errors and
// the log of deliveries, even if receivers repeat what they are sent.
func TestSecrets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db, err := catalog.Open(catalog.Options{Dir: filepath.Join(dir, "catalog"), FS: vfs.Default})
	if err != nil {
		t.Fatal(err)
	}
	echo := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" && r.Header.Get("Break") == "" {
			_, _ = io.WriteString(w, `{"access_token":"`+canary+`-token"}`)
			return
		}
		w.Header().Set("X-Echo", r.Header.Get("Authorization"))
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, dump(r))
	}
	base := serve(t, echo)
	r := newRig(t, func(o *destination.Options, _ *webhook.Options) { o.Catalog, o.Clock = db, targets.SystemClock{} })
	r.db = db
	var out strings.Builder
	show := func(what string, v any) {
		t.Helper()
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s: %v %+v %#v %s\n", what, v, v, v, b)
		r.Logger.Info(what, "v", v)
	}
	engine, outbox, stop := r.engine()
	for i, endpoint := range []string{base + "/token", base + "/nothing", "http://127.0.0.1:1/"} {
		for j, a := range secretAuths(endpoint) {
			n := fmt.Sprintf("c%d-%d", i, j)
			c, err := r.CreateConnection(t.Context(), name(n), "d", a)
			show("created", c)
			if err != nil {
				t.Fatal(err)
			}
			if c.Auth.Password+c.Auth.KeyValue != "" || c.Auth.Client != nil && c.Auth.Client.Secret != "" || c.Auth.Invocation.Header[0].Value != "" {
				t.Errorf("%s is handed back with its secrets", n)
			}
			show("given", a)
			target := base
			if i == 2 {
				target = endpoint
			}
			arn := r.destination(n, c.ARN(), target)
			show("error", fmt.Sprint(r.send(arn)))
			again := targets.Retry{Max: 0}
			put(t, db, outbox, targets.Delivery{ID: n, Tenant: tenant, Target: arn, Message: "{}", Retry: &again})
		}
	}
	for _, kind := range []template.Kind{template.PagerDuty, template.Slack} {
		n, form := "t-"+string(kind), destination.Template{Kind: kind, Path: []string{canary}}
		if kind == template.PagerDuty {
			form.RoutingKey = pagerKey
		}
		arn := r.destination(n, listedConnection(t, r), base+"/*")
		show("error", fmt.Sprint(r.SetTemplate(t.Context(), name(n), form), r.send(arn)))
		put(t, db, outbox, targets.Delivery{ID: n, Tenant: tenant, Target: arn, Message: "{}", Retry: &targets.Retry{}})
	}
	if _, err := engine.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop()
	_, err = r.UpdateConnection(t.Context(), name("c0-0"), nil, &destination.Auth{Password: "\x00" + canary, KeyName: "x"})
	show("error", fmt.Sprint(err))
	listed, _, err := r.Connections(tenant, "", "", "", 100)
	if err != nil || len(listed) != 9 {
		t.Fatalf("%d %v", len(listed), err)
	}
	show("listed", listed)
	sentLog, err := engine.Deliveries(targets.LogQuery{Account: tenant.Account, Limit: 100})
	if err != nil || len(sentLog.Deliveries) != 11 {
		t.Fatalf("%+v %v", sentLog, err)
	}
	show("deliveries", sentLog)
	clean(t, "output", out.String())
	clean(t, "log", r.log.String())
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	files := 0
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		files++
		clean(t, path, string(b))
		return err
	})
	if err != nil || files < 3 {
		t.Errorf("%d files: %v", files, err)
	}
}

// listedConnection is the ARN of a connection that needs no token.
func listedConnection(t *testing.T, r *rig) string {
	t.Helper()
	c, err := r.Connection(name("c0-0"))
	if err != nil {
		t.Fatal(err)
	}
	return c.ARN()
}

func put(t *testing.T, db *catalog.DB, outbox *targets.Outbox, d targets.Delivery) {
	t.Helper()
	if err := db.Update(t.Context(), func(tx *catalog.Tx) error { return outbox.Enqueue(tx, d) }); err != nil {
		t.Fatal(err)
	}
}

// clean looks for canaries as they are and as calls spell them.
func clean(t *testing.T, where, text string) {
	t.Helper()
	for _, spelled := range []string{
		canary, pagerKey, url.QueryEscape(canary), base64.StdEncoding.EncodeToString([]byte("u:" + canary))[:12], fmt.Sprintf("%x", canary),
	} {
		if i := strings.Index(text, spelled); i >= 0 {
			t.Errorf("%s holds a secret: %q", where, text[max(0, i-80):min(len(text), i+60)])
		}
	}
}

// A record's secrets open for the record that they were sealed for, and for no
// other.
func TestSealedForOne(t *testing.T) {
	t.Parallel()
	s := newSealer(t)
	sealed := s.Seal("secret", "connection", "1", "r", "a", "id")
	if _, err := s.Open(sealed, "connection", "1", "r", "b", "id"); err == nil {
		t.Error("opened for another record")
	}
	if got, err := s.Open(sealed, "connection", "1", "r", "a", "id"); err != nil || got != "secret" {
		t.Errorf("%q %v", got, err)
	}
}
