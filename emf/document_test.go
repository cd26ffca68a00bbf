package emf_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/emf"
	"skywatch/ingest"
	"skywatch/metric"
)

var (
	tenant = metric.Tenant{Account: "123456789012", Region: "us-east-1"}
	now    = time.Date(2026, 11, 25, 12, 0, 7, 0, time.UTC)
)

// document is one with the members given beside the mark; at now.
func document(directives, members string) string {
	return fmt.Sprintf(`{"_aws":{"Timestamp":%d,"CloudWatchMetrics":[%s]},%s}`, now.UnixMilli(), directives, members)
}

// one is a directive of one metric M under dimension D.
const one = `{"Namespace":"App","Dimensions":[["D"]],"Metrics":[{"Name":"M"}]}`

// describe writes rows as text.
func describe(rows []ingest.Row) []string {
	var out []string
	for _, r := range rows {
		line := *r.Namespace + " " + *r.Name
		for _, d := range r.Dimensions {
			line += " " + *d.Name + "=" + *d.Value
		}
		switch {
		case r.Value != nil:
			line += fmt.Sprintf(" %v", *r.Value)
		case r.Set != nil:
			line += fmt.Sprintf(" {%v %v %v %v}", *r.Set.SampleCount, *r.Set.Sum, *r.Set.Minimum, *r.Set.Maximum)
		}
		if len(r.Values) > 0 {
			line += fmt.Sprintf(" %v", r.Values)
		}
		if len(r.Counts) > 0 {
			line += fmt.Sprintf(" x %v", r.Counts)
		}
		if r.Unit != "" {
			line += " " + r.Unit
		}
		if r.Resolution != nil {
			line += fmt.Sprintf(" /%d", *r.Resolution)
		}
		out = append(out, line)
	}
	return out
}

func TestRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what, text string
		want       []string
	}{
		{"one metric", document(one, `"D":"d","M":1.5`), []string{"App M D=d 1.5"}},
		{"an array", document(one, `"D":"d","M":[1,2,2]`), []string{"App M D=d [1 2 2]"}},
		{"an empty array", document(one, `"D":"d","M":[]`), nil},
		{"a statistic set", document(one, `"D":"d","M":{"Max":4,"Min":1,"Count":3,"Sum":7}`), []string{"App M D=d {3 7 1 4}"}},
		{"a set of nothing", document(one, `"D":"d","M":{"Max":0,"Min":0,"Count":0,"Sum":0}`), nil},
		{"a histogram", document(one, `"D":"d","M":{"Values":[1.5,3],"Counts":[2,4],"Max":3.5,"Min":1,"Count":99,"Sum":15}`), []string{"App M D=d {6 15 1 3.5} [1.5 3] x [2 4]"}},
		{"an empty unit", document(`{"Namespace":"App","Dimensions":[[]],"Metrics":[{"Name":"M","Unit":""}]}`, `"M":1`), []string{"App M 1"}},
		{"no metric", document(`{"Namespace":"App","Dimensions":[[]],"Metrics":[]}`, `"x":1`), nil},
		{"no directive", document("", `"x":1`), nil},
		{"no dimension", document(`{"Namespace":"App","Dimensions":[[]],"Metrics":[{"Name":"M"}]}`, `"M":0`), []string{"App M 0"}},
		{
			"each set with each metric",
			document(`{"Namespace":"App","Dimensions":[["A"],["A","B"]],"Metrics":[{"Name":"M","Unit":"Milliseconds"},{"Name":"N","StorageResolution":1}]}`, `"A":"a","B":"b","M":1,"N":2`),
			[]string{"App M A=a 1 Milliseconds", "App N A=a 2 /1", "App M A=a B=b 1 Milliseconds", "App N A=a B=b 2 /1"},
		},
		{"two directives", document(one+`,{"Namespace":"Other","Dimensions":[[]],"Metrics":[{"Name":"M"}]}`, `"D":"d","M":3`), []string{"App M D=d 3", "Other M 3"}},
		{"a dot is of the name", document(`{"Namespace":"App","Dimensions":[["a.b"]],"Metrics":[{"Name":"m.n"}]}`, `"a.b":"d","m.n":3,"a":{"b":"x"},"m":{"n":9}`), []string{"App m.n a.b=d 3"}},
		{"members that the format does not know", document(`{"Namespace":"App","Dimensions":[["D"]],"Metrics":[{"Name":"M","X":1}],"Y":2}`, `"D":"d","M":1,"m":2,"free":{"a":[1]}`), []string{"App M D=d 1"}},
		{"what a function's platform writes first", "2026-11-25T12:00:07.000Z\t6b0f-11\tINFO\t" + document(one, `"D":"d","M":1`) + "\n", []string{"App M D=d 1"}},
		{"over several lines", "{\n \"_aws\": {\"CloudWatchMetrics\": [" + one + "], \"Timestamp\": 1}, \"D\": \"d\", \"M\": 1\n}\n", []string{"App M D=d 1"}},
	} {
		rows, found, err := emf.Read(c.text)
		if err != nil || !found {
			t.Errorf("%s: found %v, %v", c.what, found, err)
			continue
		}
		if diff := cmp.Diff(c.want, describe(rows)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, diff)
		}
	}
}

func TestNoDocument(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "{", "{}", `{"a":1}`, `[{"_aws":1}]`, `{"a":{"_aws":{}}}`, `"_aws"`, `_aws {}`, `x{"_aws":{}}`, strings.Repeat("x", 257) + " " + document(one, `"D":"d","M":1`),
		`{"_AWS":{"Timestamp":1}}`, `the member "_aws" is missing`,
	} {
		if rows, found, err := emf.Read(text); found || err != nil || rows != nil {
			t.Errorf("%q: %v, %v, %v", text, rows, found, err)
		}
	}
}

// keys writes n names of dimensions and the members for them.
func keys(n int) (set, members string) {
	var names, values []string
	for i := range n {
		names = append(names, fmt.Sprintf(`"k%d"`, i))
		values = append(values, fmt.Sprintf(`"k%d":"v"`, i))
	}
	return strings.Join(names, ","), strings.Join(values, ",")
}

func numbers(n int) string { return "[" + strings.TrimSuffix(strings.Repeat("1,", n), ",") + "]" }

// withKeys is a document whose metric has n dimensions.
func withKeys(n int) string {
	set, members := keys(n)
	return document(`{"Namespace":"App","Dimensions":[[`+set+`]],"Metrics":[{"Name":"M"}]}`, members+`,"M":1`)
}

// withMetrics is a document with sets of dimensions and metrics.
func withMetrics(sets, metrics int) string {
	list := strings.TrimSuffix(strings.Repeat(`{"Name":"M"},`, metrics), ",")
	return document(`{"Namespace":"App","Dimensions":[`+strings.TrimSuffix(strings.Repeat(`[],`, sets), ",")+`],"Metrics":[`+list+`]}`, `"M":1`)
}

// named is a document with texts at the places that have a limit.
func named(namespace, name, key, value string) string {
	return document(fmt.Sprintf(`{"Namespace":%q,"Dimensions":[[%q]],"Metrics":[{"Name":%q}]}`, namespace, key, name), fmt.Sprintf(`%q:%q,%q:1`, key, value, name))
}

// Every limit, and one past it; every member of a wrong form. What breaks a rule
// is told from what does not have the format.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const taken, parsing, validation = 0, 1, 2
	long := func(n int) string { return strings.Repeat("x", n) }
	at := func(d time.Duration) string {
		return strings.Replace(document(one, `"D":"d","M":1`), fmt.Sprint(now.UnixMilli()), fmt.Sprint(now.Add(d).UnixMilli()), 1)
	}
	directive := func(s string) string { return document(s, `"D":"d","M":1,"U":"x"`) }
	for _, c := range []struct {
		what, text string
		want       int
	}{
		{"broken", `{"_aws":{`, parsing},
		{"something behind", document(one, `"D":"d","M":1`) + " x", parsing},
		{"two documents", document(one, `"D":"d","M":1`) + document(one, `"D":"d","M":1`), parsing},
		{"too large", document(one, `"D":"d","M":1,"x":"`+long(emf.MaxDocument)+`"`), parsing},
		{"mark null", `{"_aws":null}`, parsing},
		{"mark a list", `{"_aws":[]}`, parsing},
		{"no time", `{"_aws":{"CloudWatchMetrics":[]}}`, parsing},
		{"time null", `{"_aws":{"Timestamp":null,"CloudWatchMetrics":[]}}`, parsing},
		{"time a text", `{"_aws":{"Timestamp":"1","CloudWatchMetrics":[]}}`, parsing},
		{"time with a fraction", `{"_aws":{"Timestamp":1.5,"CloudWatchMetrics":[]}}`, parsing},
		{"other letters", `{"_aws":{"timestamp":1,"CloudWatchMetrics":[]}}`, parsing},
		{"no directives", `{"_aws":{"Timestamp":1}}`, parsing},
		{"directives an object", `{"_aws":{"Timestamp":1,"CloudWatchMetrics":{}}}`, parsing},
		{"directive a number", directive(`1`), parsing},
		{"no namespace", directive(`{"Dimensions":[[]],"Metrics":[{"Name":"M"}]}`), parsing},
		{"no dimensions", directive(`{"Namespace":"App","Metrics":[{"Name":"M"}]}`), parsing},
		{"dimensions flat", directive(`{"Namespace":"App","Dimensions":["D"],"Metrics":[{"Name":"M"}]}`), parsing},
		{"no metrics", directive(`{"Namespace":"App","Dimensions":[[]]}`), parsing},
		{"no name", directive(`{"Namespace":"App","Dimensions":[[]],"Metrics":[{}]}`), parsing},
		{"no set", directive(`{"Namespace":"App","Dimensions":[],"Metrics":[{"Name":"M"}]}`), validation},
		{"dimension not there", directive(`{"Namespace":"App","Dimensions":[["E"]],"Metrics":[{"Name":"M"}]}`), validation},
		{"dimension a number", directive(`{"Namespace":"App","Dimensions":[["M"]],"Metrics":[{"Name":"M"}]}`), validation},
		{"dimension twice", directive(`{"Namespace":"App","Dimensions":[["D","D"]],"Metrics":[{"Name":"M"}]}`), validation},
		{"metric not there", directive(`{"Namespace":"App","Dimensions":[[]],"Metrics":[{"Name":"N"}]}`), validation},
		{"metric a text", directive(`{"Namespace":"App","Dimensions":[[]],"Metrics":[{"Name":"D"}]}`), validation},
		{"metric null", document(one, `"D":"d","M":null`), validation},
		{"null among values", document(one, `"D":"d","M":[1,null]`), validation},
		{"text among values", document(one, `"D":"d","M":[1,"2"]`), validation},
		{"beyond a number", document(one, `"D":"d","M":1e400`), validation},
		{"beyond 2^360", document(one, fmt.Sprintf(`"D":"d","M":%g`, math.Ldexp(1, 361))), validation},
		{"unit", directive(`{"Namespace":"App","Dimensions":[[]],"Metrics":[{"Name":"M","Unit":"Furlongs"}]}`), validation},
		{"unit a number", directive(`{"Namespace":"App","Dimensions":[[]],"Metrics":[{"Name":"M","Unit":1}]}`), validation},
		{"resolution", directive(`{"Namespace":"App","Dimensions":[[]],"Metrics":[{"Name":"M","StorageResolution":5}]}`), validation},
		{"resolution a text", directive(`{"Namespace":"App","Dimensions":[[]],"Metrics":[{"Name":"M","StorageResolution":"1"}]}`), validation},
		{"a set with too little", document(one, `"D":"d","M":{"Max":1,"Min":1,"Count":1}`), validation},
		{"a set of texts", document(one, `"D":"d","M":{"Max":1,"Min":1,"Count":1,"Sum":"1"}`), validation},
		{"a set upside down", document(one, `"D":"d","M":{"Max":1,"Min":2,"Count":1,"Sum":1}`), validation},
		{"fewer counts", document(one, `"D":"d","M":{"Max":1,"Min":1,"Count":1,"Sum":1,"Values":[1,2],"Counts":[1]}`), validation},
		{"null among counts", document(one, `"D":"d","M":{"Max":1,"Min":1,"Count":1,"Sum":1,"Values":[1],"Counts":[null]}`), validation},
		{"101 values with counts", document(one, `"D":"d","M":{"Max":1,"Min":1,"Count":1,"Sum":1,"Values":`+numbers(101)+`,"Counts":`+numbers(101)+`}`), validation},
		{"namespace reserved", named("AWS/EC2", "M", "D", "d"), validation},
		{"namespace 255", named(long(255), "M", "D", "d"), taken},
		{"namespace 256", named(long(256), "M", "D", "d"), validation},
		{"name 255", named("App", long(255), "D", "d"), taken},
		{"name 256", named("App", long(256), "D", "d"), validation},
		{"key 250", named("App", "M", long(250), "d"), taken},
		{"key 251", named("App", "M", long(251), "d"), validation},
		{"value 1024", named("App", "M", "D", long(1024)), taken},
		{"value 1025", named("App", "M", "D", long(1025)), validation},
		{"value empty", named("App", "M", "D", ""), validation},
		{"value not ASCII", named("App", "M", "D", "é"), validation},
		{"30 dimensions", withKeys(30), taken},
		{"31 dimensions", withKeys(31), validation},
		{"100 metrics", withMetrics(1, 100), taken},
		{"101 metrics", withMetrics(1, 101), validation},
		{"1000 data", withMetrics(10, 100), taken},
		{"1100 data", withMetrics(11, 100), validation},
		{"100 values", document(one, `"D":"d","M":`+numbers(100)), taken},
		{"101 values", document(one, `"D":"d","M":`+numbers(101)), validation},
		{"14 days ago", at(-14 * 24 * time.Hour), taken},
		{"older", at(-14*24*time.Hour - time.Millisecond), validation},
		{"2 hours ahead", at(2 * time.Hour), taken},
		{"further", at(2*time.Hour + time.Millisecond), validation},
	} {
		got := taken
		var e *emf.Error
		b := (&emf.Intake{Rules: ingest.New(nil, ingest.Options{})}).Batch(tenant)
		found, err := b.Add(now, c.text)
		if errors.As(err, &e) {
			got = parsing
			if e.Validation {
				got = validation
			}
		}
		if !found || got != c.want || err != nil && (e == nil || e.Message == "") {
			t.Errorf("%s: found %v, %d, want %d: %v", c.what, found, got, c.want, err)
		}
	}
}

// Whatever is read makes bounded data, the same as when the text is indented, and
// a document without its mark is none.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		document(one, `"D":"d","M":[1,2]`), "INFO " + document(one+","+one, `"D":"d","M":1`), withKeys(31), `{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{}]}}`, `{"_aws":`, "x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows, found, err := emf.Read(text)
		if !found && (rows != nil || err != nil) || len(rows) > emf.MaxData {
			t.Fatalf("found %v, %d rows, %v", found, len(rows), err)
		}
		if err != nil {
			return
		}
		again, refound, err := emf.Read("INFO\t" + strings.TrimSpace(text[max(0, strings.IndexByte(text, '{')):]) + "\n")
		if found && (!refound || err != nil || cmp.Diff(describe(rows), describe(again)) != "") {
			t.Fatalf("with another prefix: found %v, %v", refound, err)
		}
		if _, found, _ := emf.Read(strings.ReplaceAll(text, `"_aws"`, `"_awz"`)); found {
			t.Fatal("found without its mark")
		}
	})
}
