package doors

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"skywatch/internal/fault"
)

const structured = "application/cloudevents+json; charset=utf-8"

// TestCloudEventForms holds the event that each form of a CloudEvent becomes.
func TestCloudEventForms(t *testing.T) {
	t.Parallel()
	const about = `"id":"1","source":"/shop","specversion":"1.0","type":"order"`
	binary := func(more ...string) http.Header {
		return header(append([]string{"ce-id", "1", "ce-source", "/shop", "ce-type", "order", "ce-specversion", "1.0"}, more...)...)
	}
	for name, c := range map[string]struct {
		header http.Header
		body   string
		detail string
	}{
		"structured object": {
			header("Content-Type", structured), `{` + about + `,"data":{ "n" : 1.50, "x":"<&>" }}`,
			`{"n":1.50,"x":"<&>","cloudevent":{` + about + `}}`,
		},
		"structured, empty object": {header("Content-Type", structured), `{` + about + `,"data":{}}`, `{"cloudevent":{` + about + `}}`},
		"structured, no data":      {header("Content-Type", structured), `{` + about + `,"data":null,"subject":null}`, `{"cloudevent":{` + about + `}}`},
		"structured list":          {header("Content-Type", structured), `{` + about + `,"data":[1, 2]}`, `{"data":[1,2],"cloudevent":{` + about + `}}`},
		"structured bytes":         {header("Content-Type", structured), `{` + about + `,"data_base64":"AQI="}`, `{"data_base64":"AQI=","cloudevent":{` + about + `}}`},
		"the member is taken":      {header("Content-Type", structured), `{` + about + `,"data":{"cloudevent":1}}`, `{"data":{"cloudevent":1},"cloudevent":{` + about + `}}`},
		"extensions": {
			header("Content-Type", structured), `{` + about + `,"tries":3,"sampled":true,"traceparent":"00-1-2-3"}`,
			`{"cloudevent":{"id":"1","sampled":true,"source":"/shop","specversion":"1.0","traceparent":"00-1-2-3","tries":3,"type":"order"}}`,
		},
		"binary object": {
			binary("Content-Type", "application/json"), `{"n":1.50}`,
			`{"n":1.50,"cloudevent":{"datacontenttype":"application/json",` + about + `}}`,
		},
		"binary, JSON without a type": {binary(), `{"n":2}`, `{"n":2,"cloudevent":{` + about + `}}`},
		"binary text": {
			binary("Content-Type", "text/plain"), "a <b>",
			`{"data":"a <b>","cloudevent":{"datacontenttype":"text/plain",` + about + `}}`,
		},
		"binary bytes": {
			binary("Content-Type", "application/octet-stream"), "\x01\x02",
			`{"data_base64":"AQI=","cloudevent":{"datacontenttype":"application/octet-stream",` + about + `}}`,
		},
		"binary, JSON but for its letters": {
			binary(), "{\"n\":\"\xff\"}", `{"data_base64":"eyJuIjoi/yJ9","cloudevent":{` + about + `}}`,
		},
		"binary, nothing": {binary(), "", `{"cloudevent":{` + about + `}}`},
		"escapes":         {binary("ce-who", "Euro%20%E2%82%AC", "ce-what", `"a b"`), "", `{"cloudevent":{"id":"1","source":"/shop","specversion":"1.0","type":"order","what":"a b","who":"Euro €"}}`},
	} {
		r := newRig(t)
		got, err := r.CloudEvents(t.Context(), busOf(tenant, ""), c.header, []byte(c.body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		e := r.took()
		if len(e) != 1 || e[0].Source != "/shop" || e[0].DetailType != "order" || got[0].EventID != e[0].ID || string(e[0].Detail) != c.detail {
			t.Errorf("%s: %s, want %s", name, e[0].Detail, c.detail)
		}
	}
}

// Attributes with a place in the envelope stand there too.
func TestCloudEventEnvelope(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := r.CloudEvents(t.Context(), busOf(tenant, ""), header("Content-Type", structured),
		[]byte(`{"specversion":"1.0","id":"1","source":"s","type":"t","subject":"orders/7","time":"2026-05-20T13:14:15.5+02:00"}`))
	if err != nil {
		t.Fatal(err)
	}
	if e := r.took()[0]; len(e.Resources) != 1 || e.Resources[0] != "orders/7" || !e.Time.Equal(time.Date(2026, 5, 20, 11, 14, 15, 5e8, time.UTC)) {
		t.Errorf("%+v", e)
	}
}

// What is not a CloudEvent is refused, and the text names what is wrong.
func TestCloudEventRefusals(t *testing.T) {
	t.Parallel()
	full := map[string]any{"specversion": "1.0", "id": "1", "source": "s", "type": "t"}
	with := func(name string, value any) string {
		m := map[string]any{}
		for k, v := range full {
			m[k] = v
		}
		if m[name] = value; value == "absent" {
			delete(m, name)
		}
		b, _ := json.Marshal(m)
		return string(b)
	}
	for name, c := range map[string]struct {
		body string
		kind fault.Kind
		text string
	}{
		"no specversion":    {with("specversion", "absent"), fault.Missing, `"specversion"`},
		"no id":             {with("id", "absent"), fault.Missing, `"id"`},
		"no source":         {with("source", "absent"), fault.Missing, `"source"`},
		"no type":           {with("type", "absent"), fault.Missing, `"type"`},
		"older":             {with("specversion", "0.3"), fault.InvalidValue, `"specversion"`},
		"empty id":          {with("id", ""), fault.InvalidValue, `"id"`},
		"number for a type": {with("type", 1), fault.InvalidValue, `"type"`},
		"crooked source":    {with("source", "%zz"), fault.InvalidValue, `"source"`},
		"crooked time":      {with("time", "yesterday"), fault.InvalidValue, `"time"`},
		"name":              {with("Camel", "x"), fault.InvalidValue, `"Camel"`},
		"fraction":          {with("part", 1.5), fault.InvalidValue, `"part"`},
		"object":            {with("part", map[string]any{}), fault.InvalidValue, `"part"`},
		"long integer":      {with("part", 1<<40), fault.InvalidValue, `"part"`},
		"long source":       {with("source", strings.Repeat("s", 2049)), fault.InvalidValue, `"source"`},
		"long subject":      {with("subject", strings.Repeat("s", 2049)), fault.InvalidValue, `"subject"`},
		"year 10000":        {with("time", "9999-12-31T23:59:59-01:00"), fault.InvalidValue, `"time"`},
		"year -1":           {with("time", "0000-01-01T00:00:00+01:00"), fault.InvalidValue, `"time"`},
		"not UTF-8":         {strings.Replace(with("data", "@"), "@", "\xff", 1), fault.Malformed, "UTF-8"},
		"base64":            {with("data_base64", "?"), fault.InvalidValue, `"data_base64"`},
		"reserved":          {with("source", "aws.ec2"), fault.Denied, "Not authorized for the source."},
		"list":              {`[]`, fault.Malformed, "not a JSON object"},
		"not JSON":          {`{`, fault.Malformed, "not a JSON object"},
		"both":              {`{"specversion":"1.0","id":"1","source":"s","type":"t","data":1,"data_base64":"AQ=="}`, fault.InvalidValue, "beside data"},
		"deep":              {with("data", json.RawMessage(strings.Repeat(`{"a":`, 1001)+"1"+strings.Repeat("}", 1001))), fault.InvalidValue, "malformed"},
		"large":             {with("data", strings.Repeat("x", 1<<20)), fault.TooLarge, "1048576"},
	} {
		r := newRig(t)
		_, err := r.CloudEvents(t.Context(), busOf(tenant, ""), header("Content-Type", structured), []byte(c.body))
		refuses(t, name, err, c.kind, c.text)
		if n := len(r.took()); n != 0 {
			t.Errorf("%s: %d events", name, n)
		}
	}
	r := newRig(t)
	for name, h := range map[string]http.Header{
		"avro":     header("Content-Type", "application/cloudevents+avro"),
		"encoding": header("Content-Type", structured, "Content-Encoding", "br"),
		"type":     header("Content-Type", "application/;"),
	} {
		_, err := r.CloudEvents(t.Context(), busOf(tenant, ""), h, nil)
		if f := fault.Of(err); f == nil || f.Subject != MediaType {
			t.Errorf("%s: %v", name, err)
		}
	}
	for text, h := range map[string]http.Header{
		`"specversion" of the CloudEvent is missing`: header("Content-Type", "application/json"),
		`"datacontenttype"`:                          header("ce-datacontenttype", "text/plain"),
		`"id" of the CloudEvent is not valid: its header is there more than once`: {"Ce-Id": {"1", "2"}},
		`"data" of the CloudEvent is not valid`:                                   header("ce-id", "1", "Content-Type", "application/json"),
	} {
		body := "{}"
		if strings.Contains(text, `"data"`) {
			body = "{\"a\":\"\xff\"}"
		}
		_, err := r.CloudEvents(t.Context(), busOf(tenant, ""), h, []byte(body))
		if f := fault.Of(err); f == nil || !strings.Contains(f.Message, text) {
			t.Errorf("%v, want %s", err, text)
		}
	}
	_, err := r.CloudEvents(t.Context(), busOf(tenant, "gone"), header("Content-Type", structured), []byte(with("id", "2")))
	refuses(t, "bus", err, fault.NotFound, "Event bus gone does not exist.")
}

// A batch is taken whole or not at all, and an event that comes again is put
// once, within the window.
func TestCloudEventBatch(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	put := func(ids ...string) ([]Taken, error) {
		var all []string
		for _, id := range ids {
			source := "s"
			if id == "bad" {
				source = "aws.s"
			}
			all = append(all, `{"specversion":"1.0","source":"`+source+`","type":"t","id":"`+id+`"}`)
		}
		return r.CloudEvents(t.Context(), busOf(tenant, ""), header("Content-Type", "application/cloudevents-batch+json"), []byte("["+strings.Join(all, ",")+"]"))
	}
	if got, err := put(); err != nil || len(got) != 0 {
		t.Errorf("empty: %v %v", got, err)
	}
	first, err := put("1", "2", "1")
	if err != nil || len(r.took()) != 2 || first[0].Repeated || first[1].Repeated || !first[2].Repeated || first[2].EventID != first[0].EventID {
		t.Fatalf("%+v %v", first, err)
	}
	_, err = put("2", "3", "bad")
	refuses(t, "batch", err, fault.Denied, "Event 3 of the batch: Not authorized for the source.")
	second, err := put("2", "3")
	if events := r.took(); err != nil || len(events) != 1 || !second[0].Repeated || second[0].EventID != first[1].EventID || second[1].Repeated {
		t.Errorf("%+v %v: %d events", second, err, len(events))
	}
	r.now = r.now.Add(repeatWindow)
	if third, err := put("1"); err != nil || third[0].Repeated {
		t.Errorf("after the window: %+v %v", third, err)
	}
	if err := r.Forget(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again, err := put("1"); err != nil || !again[0].Repeated {
		t.Errorf("after the cleaning: %+v %v", again, err)
	}
	_, err = put(make([]string, maxBatch+1)...)
	refuses(t, "long", err, fault.TooLarge, "1001 events")
	_, err = r.CloudEvents(t.Context(), busOf(tenant, ""), header("Content-Type", "application/cloudevents-batch+json"), []byte("{}"))
	refuses(t, "no list", err, fault.Malformed, "not a JSON array")
}

func TestHandshake(t *testing.T) {
	t.Parallel()
	got, err := Handshake(header("WebHook-Request-Origin", "sender.example.com", "WebHook-Request-Rate", "120"))
	if err != nil || got.Get("WebHook-Allowed-Origin") != "sender.example.com" || got.Get("WebHook-Allowed-Rate") != "*" || got.Get("Allow") != "POST, OPTIONS" {
		t.Errorf("%v %v", got, err)
	}
	if got, _ := Handshake(header("WebHook-Request-Origin", "a")); got.Get("WebHook-Allowed-Rate") != "" {
		t.Errorf("%v", got)
	}
	_, err = Handshake(http.Header{})
	refuses(t, "no origin", err, fault.Missing, "WebHook-Request-Origin")
}

// FuzzCloudEvents holds that nothing breaks the readers, and that what they
// take makes a detail that is a JSON object, the data in it as they were.
func FuzzCloudEvents(f *testing.F) {
	f.Add(structured, "", `{"specversion":"1.0","id":"1","source":"s","type":"t","data":{"a":1}}`)
	f.Add("application/cloudevents-batch+json", "", `[{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"AQ=="}]`)
	f.Add("text/plain", "Ce-Id=1&Ce-Source=s&Ce-Type=t&Ce-Specversion=1.0&Ce-X=%22a%22", "text")
	f.Add("", "Ce-Id=1&Ce-Source=s&Ce-Type=t&Ce-Specversion=1.0", "{} ")
	f.Fuzz(func(t *testing.T, contentType, headers, body string) {
		h := header("Content-Type", contentType)
		if more, err := url.ParseQuery(headers); err == nil {
			for name, values := range more {
				h[http.CanonicalHeaderKey(name)] = values
			}
		}
		events, err := readCloudEvents(h, []byte(body))
		if err != nil {
			return
		}
		for i := range events {
			a, err := events[i].arrival()
			if err != nil {
				continue
			}
			var members, about map[string]json.RawMessage
			if err := json.Unmarshal([]byte(a.Detail), &members); err != nil {
				t.Fatalf("detail %s: %v", a.Detail, err)
			}
			if err := json.Unmarshal(members[contextMember], &about); err != nil {
				t.Fatalf("detail %s: %v", a.Detail, err)
			}
			var source, id string
			if json.Unmarshal(about["source"], &source) != nil || json.Unmarshal(about["id"], &id) != nil || source != a.Source || id == "" {
				t.Fatalf("%+v of %s", a, body)
			}
		}
	})
}
