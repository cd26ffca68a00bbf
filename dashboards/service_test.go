package dashboards_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	gocmp "github.com/google/go-cmp/cmp"

	"skywatch/catalog"
	"skywatch/dashboards"
	"skywatch/internal/fault"
)

const (
	account = "123456789012"
	empty   = `{"widgets": []}`
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 999_000_000, time.UTC)

func named(name string) dashboards.Name { return dashboards.Name{Account: account, Dashboard: name} }

func open(t *testing.T, fs vfs.FS) *dashboards.Service {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: fs})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return dashboards.New(db)
}

func put(t *testing.T, s *dashboards.Service, n dashboards.Name, text string, tags map[string]string) {
	t.Helper()
	if _, err := s.Put(t.Context(), n, text, tags, noon); err != nil {
		t.Fatalf("%s: %v", n.Dashboard, err)
	}
}

func names(page []dashboards.Entry) (all []string) {
	for _, e := range page {
		all = append(all, e.Dashboard)
	}
	return all
}

func refused(t *testing.T, what string, err error, kind fault.Kind, message string) {
	t.Helper()
	if f := fault.Of(err); f == nil || f.Kind != kind || f.Message != message {
		t.Errorf("%s: %+v", what, f)
	}
}

const foreign = "The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).\n"

func TestPutRefuses(t *testing.T) {
	t.Parallel()
	s := open(t, vfs.NewMem())
	many := map[string]string{}
	for i := range 51 {
		many[fmt.Sprint(i)] = ""
	}
	for what, c := range map[string]struct {
		name, text string
		tags       map[string]string
		kind       fault.Kind
		message    string
	}{
		"no name":      {"", empty, nil, fault.InvalidValue, "The parameter DashboardName is required."},
		"a blank":      {"a b", empty, nil, fault.InvalidValue, foreign},
		"a letter":     {"ü", empty, nil, fault.InvalidValue, foreign},
		"long":         {strings.Repeat("a", 256), empty, nil, fault.InvalidValue, "The value for field DashboardName must not be longer than 255 characters."},
		"no body":      {"a", "", nil, fault.InvalidValue, "The parameter DashboardBody is required."},
		"no object":    {"a", "[]", nil, fault.InvalidFormat, "The field DashboardBody must be a valid JSON object"},
		"mistakes":     {"a", "{}", nil, fault.InvalidFormat, "The dashboard body is invalid, there are 1 validation errors:\n[\n  {\n    \"dataPath\": \"\",\n    \"message\": \"Should have required property 'widgets'\"\n  }\n]"},
		"reserved tag": {"a", empty, map[string]string{"AWS:x": ""}, fault.Denied, `The provided tag keys must not start with any case of "aws:"`},
		"51 tags":      {"a", empty, many, fault.Validation, "The resultant tag set must not have more than 50 user tags."},
	} {
		_, err := s.Put(t.Context(), named(c.name), c.text, c.tags, noon)
		refused(t, what, err, c.kind, c.message)
	}
	if page, _, err := s.List(account, "", ""); err != nil || len(page) > 0 {
		t.Errorf("kept %v, %v", page, err)
	}
	put(t, s, named("-_"+strings.Repeat("9", 253)), empty, nil)
}

// A dashboard belongs to its account; Put replaces a body, and leaves the tags.
func TestPut(t *testing.T) {
	t.Parallel()
	fs := vfs.NewCrashableMem()
	s := open(t, fs)
	n := named("ops")
	put(t, s, n, empty, map[string]string{"team": "web"})
	warnings, err := s.Put(t.Context(), n, "{ \"widgets\": [],\n\"b\": 1.50 }", map[string]string{"team": "db", "x": "y"}, noon.Add(time.Hour))
	if err != nil || len(warnings) != 1 || warnings[0].Path != "/b" {
		t.Errorf("%v %v", warnings, err)
	}
	put(t, s, dashboards.Name{Account: "999999999999", Dashboard: "ops"}, empty, nil)
	for _, s := range []*dashboards.Service{s, open(t, fs.CrashClone(vfs.CrashCloneCfg{}))} {
		if text, err := s.Get(n); err != nil || text != `{"widgets":[],"b":1.50}` {
			t.Errorf("%s, %v", text, err)
		}
		page, next, err := s.List(account, "", "")
		want := []dashboards.Entry{{Name: n, Modified: noon.Add(time.Hour).Truncate(time.Second), Size: 28}}
		if diff := gocmp.Diff(want, page); diff != "" || next != "" || err != nil {
			t.Errorf("%s %q %v", diff, next, err)
		}
		tags, err := s.Tags(account, n.ARN())
		if diff := gocmp.Diff(map[string]string{"team": "web"}, tags); diff != "" || err != nil {
			t.Errorf("%s %v", diff, err)
		}
	}
	_, err = s.Get(named("other"))
	refused(t, "unknown", err, fault.NotFound, "Dashboard other does not exist")
	_, err = s.Get(named("a/b"))
	refused(t, "name", err, fault.InvalidValue, foreign)
}

func TestList(t *testing.T) {
	t.Parallel()
	s := open(t, vfs.NewMem())
	for i := range 1003 {
		put(t, s, named(fmt.Sprintf("d%04d", i)), empty, nil)
	}
	for _, n := range []string{"D", "c", "d", "e"} {
		put(t, s, named(n), empty, nil)
	}
	first, next, err := s.List(account, "d", "")
	if err != nil || len(first) != 1000 || next == "" || first[0].Dashboard != "d" || !slices.IsSorted(names(first)) {
		t.Fatalf("%d, %q, %v", len(first), next, err)
	}
	rest, end, err := s.List(account, "d", next)
	if diff := gocmp.Diff([]string{"d0999", "d1000", "d1001", "d1002"}, names(rest)); diff != "" || end != "" || err != nil {
		t.Errorf("%s %q %v", diff, end, err)
	}
	for what, ask := range map[string][3]string{
		"another prefix": {account, "", next}, "another account": {"999999999999", "d", next},
		"nonsense": {account, "d", "nonsense"}, "no base64": {account, "d", "=!"}, "cut off": {account, "d", next[:16]},
	} {
		_, _, err := s.List(ask[0], ask[1], ask[2])
		refused(t, what, err, fault.InvalidToken, "Invalid NextToken : "+ask[2])
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	s := open(t, vfs.NewMem())
	for _, n := range []string{"a", "b", "c"} {
		put(t, s, named(n), empty, map[string]string{"k": n})
	}
	put(t, s, dashboards.Name{Account: "999999999999", Dashboard: "a"}, empty, nil)
	if err := s.Delete(t.Context(), account, []string{"a", "unknown", "c", "a"}); err != nil {
		t.Fatal(err)
	}
	if page, _, err := s.List(account, "", ""); err != nil || !slices.Equal(names(page), []string{"b"}) {
		t.Errorf("%v %v", page, err)
	}
	if page, _, err := s.List("999999999999", "", ""); err != nil || len(page) != 1 {
		t.Errorf("another's: %v %v", page, err)
	}
	put(t, s, named("a"), empty, nil) // anew, without what it had
	if tags, err := s.Tags(account, named("a").ARN()); err != nil || len(tags) > 0 {
		t.Errorf("%v %v", tags, err)
	}
	refused(t, "none", s.Delete(t.Context(), account, nil), fault.InvalidValue, "The parameter DashboardNames is required.")
	refused(t, "name", s.Delete(t.Context(), account, []string{"b", "x y"}), fault.InvalidValue, foreign)
	var many []string
	for i := range 101 {
		many = append(many, fmt.Sprint(i))
	}
	refused(t, "101", s.Delete(t.Context(), account, many), fault.InvalidValue, "The collection DashboardNames must not have a size greater than 100.")
	if err := s.Delete(t.Context(), account, append(many[:100], "1", "2")); err != nil {
		t.Errorf("100 distinct ones: %v", err)
	}
	if _, err := s.Get(named("b")); err != nil {
		t.Errorf("refused, and deleted: %v", err)
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	s := open(t, vfs.NewMem())
	put(t, s, named("a"), empty, map[string]string{"k": "1", "l": "2"})
	resource := named("a").ARN()
	if resource != "arn:aws:cloudwatch::123456789012:dashboard/a" || !dashboards.Names(resource) || dashboards.Names("arn:aws:cloudwatch:us-east-1:123456789012:alarm:a") {
		t.Error(resource)
	}
	if err := s.Tag(t.Context(), account, resource, map[string]string{"k": "3", "m": ""}); err != nil {
		t.Fatal(err)
	}
	if err := s.Untag(t.Context(), account, resource, []string{"l", "other"}); err != nil {
		t.Fatal(err)
	}
	tags, err := s.Tags(account, resource)
	if diff := gocmp.Diff(map[string]string{"k": "3", "m": ""}, tags); diff != "" || err != nil {
		t.Errorf("%s %v", diff, err)
	}
	refused(t, "reserved", s.Tag(t.Context(), account, resource, map[string]string{"aws:x": ""}), fault.Denied, `The provided tag keys must not start with any case of "aws:"`)
	many := map[string]string{}
	for i := range 51 {
		many[fmt.Sprint(i)] = ""
	}
	refused(t, "51", s.Tag(t.Context(), account, resource, many), fault.InvalidValue, "tags are invalid.")
	delete(many, "0")
	refused(t, "52 in all", s.Tag(t.Context(), account, resource, many), fault.Validation, "The resultant tag set must not have more than 50 user tags.")
	for _, unknown := range []string{named("b").ARN(), dashboards.Name{Account: "999999999999", Dashboard: "a"}.ARN()} {
		_, err := s.Tags(account, unknown)
		refused(t, unknown, err, fault.NotFound, "")
		refused(t, unknown, s.Tag(t.Context(), account, unknown, nil), fault.NotFound, "")
		refused(t, unknown, s.Untag(t.Context(), account, unknown, nil), fault.NotFound, "")
	}
}
