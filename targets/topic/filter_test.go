package topic

import (
	"strconv"
	"strings"
	"testing"

	"skywatch/internal/fault"
	"skywatch/targets"
)

func TestFilters(t *testing.T) {
	t.Parallel()
	text := func(s string) targets.Attribute { return targets.Attribute{Type: "String", String: s} }
	number := func(s string) targets.Attribute { return targets.Attribute{Type: "Number", String: s} }
	m := Message{
		Body: `{"order":{"state":"paid","lines":[{"price":5},{"price":120.5}]},"tags":["a","b"],"empty":null}`,
		Attributes: map[string]targets.Attribute{
			"store": text("example corp"), "event": text("order_placed"), "price": number("210.75"), "big": number("1e3"), "odd": number("0x1p4"),
			"interests": {Type: "String.Array", String: ` ["soccer", "rugby", 7, true, null]`}, "torn": {Type: "String.Array", String: `["soccer"`},
			"ip": text("10.0.0.7"), "blob": {Type: "Binary", Binary: []byte("store")}, "a.b": text("dotted"),
		},
	}
	for _, c := range []struct {
		scope, policy string
		want          bool
	}{
		{ofAttributes, `{"store":["example corp"]}`, true},
		{ofAttributes, `{"store":["other"]}`, false},
		{ofAttributes, `{"store":["other","example corp"],"price":[{"numeric":[">",200,"<=",300]}]}`, true},
		{ofAttributes, `{"store":["example corp"],"price":[{"numeric":[">",300]}]}`, false},
		{ofAttributes, `{"price":[210.75]}`, true},
		{ofAttributes, `{"price":["210.75"]}`, false}, // a number is not its text
		{ofAttributes, `{"big":[1000],"odd":[16]}`, true},
		{ofAttributes, `{"event":[{"prefix":"order_"}]}`, true},
		{ofAttributes, `{"event":[{"suffix":"_placed"}]}`, true},
		{ofAttributes, `{"event":[{"wildcard":"o*_p*d"}]}`, true},
		{ofAttributes, `{"event":[{"equals-ignore-case":"ORDER_PLACED"}]}`, true},
		{ofAttributes, `{"event":[{"anything-but":["order_cancelled"]}]}`, true},
		{ofAttributes, `{"event":[{"anything-but":{"prefix":"order_"}}]}`, false},
		{ofAttributes, `{"interests":["rugby"]}`, true},
		{ofAttributes, `{"interests":[7]}`, true},
		{ofAttributes, `{"interests":[true]}`, true},
		{ofAttributes, `{"interests":["hockey"]}`, false},
		{ofAttributes, `{"torn":["soccer"]}`, false},
		{ofAttributes, `{"ip":[{"cidr":"10.0.0.0/24"}]}`, true},
		{ofAttributes, `{"blob":[{"exists":true}]}`, false}, // filters do not see Binary ones
		{ofAttributes, `{"nothing":[{"exists":false}]}`, true},
		{ofAttributes, `{"store":[{"exists":false}]}`, false},
		{ofAttributes, `{"a.b":["dotted"]}`, true},
		{ofAttributes, `{"$or":[{"store":["other"]},{"event":["order_placed"]}]}`, true},
		{ofAttributes, `{"$or":[{"store":["other"]},{"event":["other"]}]}`, false},
		{ofBody, `{"order":{"state":["paid"]}}`, true},
		{ofBody, `{"order":{"lines":{"price":[{"numeric":[">",100]}]}}}`, true},
		{ofBody, `{"order":{"lines":{"price":[{"numeric":[">",500]}]}}}`, false},
		{ofBody, `{"tags":["b"]}`, true},
		{ofBody, `{"empty":[null]}`, true},
		{ofBody, `{"store":["example corp"]}`, false},
	} {
		sub := Subscription{Protocol: "sqs"}
		err := sub.setAll(map[string]string{"FilterPolicy": c.policy, "FilterPolicyScope": c.scope})
		if err != nil {
			t.Errorf("%s: %v", c.policy, err)
			continue
		}
		if got, err := new(Service).takes(&sub, &m); got != c.want || err != nil {
			t.Errorf("%s of %s: %v, %v", c.policy, c.scope, got, err)
		}
	}
	for _, body := range []string{"text", `["paid"]`, `{"order":{"state":"paid"}`, `"x"`} {
		sub := Subscription{FilterPolicy: `{"order":[{"exists":false}]}`, FilterScope: ofBody}
		if got, err := new(Service).takes(&sub, &Message{Body: body}); got || err != nil {
			t.Errorf("%s: %v, %v", body, got, err)
		}
	}
}

func TestRefusedFilters(t *testing.T) {
	t.Parallel()
	values := func(n int) string { // "0","1",...
		all := make([]string, n)
		for i := range all {
			all[i] = strconv.Quote(strconv.Itoa(i))
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	for _, c := range []struct{ scope, policy, want string }{
		{ofAttributes, `x`, "FilterPolicy: failed to parse JSON. invalid character 'x' looking for beginning of value"},
		{ofAttributes, `[]`, "FilterPolicy: Filter is not an object"},
		{ofAttributes, `null`, "FilterPolicy: Filter is not an object"},
		{ofAttributes, `{"a":{"b":["c"]}}`, "FilterPolicy: Filter policy scope MessageAttributes does not support nested filter policy"},
		{ofAttributes, `{"a":["x"],"b":["x"],"c":["x"],"d":["x"],"e":["x"],"f":["x"]}`, "FilterPolicy: Filter policy can not have more than 5 keys"},
		{ofAttributes, `{"a":"x"}`, "FilterPolicy: \"a\" must be an object or an array\n at [Source: (String)\"{\"a\":\"x\"}\"; line: 1, column: 7]"},
		{ofAttributes, `{"a":` + values(151) + `}`, "FilterPolicy: Filter policy is too complex"},
		{ofAttributes, `{"a":` + values(15) + `,"b":` + values(11) + `}`, "FilterPolicy: Filter policy is too complex"},
		{ofAttributes, `{"$or":[{"a":` + values(100) + `},{"b":` + values(51) + `}]}`, "FilterPolicy: Filter policy is too complex"},
		{ofBody, `{"a":{"b":` + values(76) + `}}`, "FilterPolicy: Filter policy is too complex"}, // times the depth
		{ofBody, `{"a":{"b":{"c":{"d":["x"]},"e":["x","y"]}},"f":["x","y","z","z","z","z","z"]}`, "FilterPolicy: Filter policy is too complex"},
	} {
		sub := Subscription{}
		err := sub.setAll(map[string]string{"FilterPolicy": c.policy, "FilterPolicyScope": c.scope})
		if want := "Invalid parameter: Attributes Reason: " + c.want; err == nil || fault.Of(err).Message != want {
			t.Errorf("%.80s:\n got %v\nwant %s", c.policy, err, want)
		}
	}
	for _, c := range []struct{ scope, policy string }{
		{ofAttributes, `{"a":` + values(150) + `}`},
		{ofAttributes, `{"a":` + values(15) + `,"b":` + values(10) + `}`},
		{ofAttributes, `{"$or":[{"a":` + values(100) + `},{"b":` + values(50) + `}]}`},
		{ofBody, `{"a":{"b":` + values(75) + `}}`},
		{ofBody, `{"a":["x"],"b":["x"],"c":["x"],"d":["x"],"e":{"f":["x"],"g":["x"]}}`},
	} {
		sub := Subscription{}
		if err := sub.setAll(map[string]string{"FilterPolicy": c.policy, "FilterPolicyScope": c.scope}); err != nil {
			t.Errorf("%.80s: %v", c.policy, err)
		}
	}
	for _, none := range []string{"", "{}", " { } "} {
		sub := Subscription{FilterPolicy: "x"}
		if err := sub.setAll(map[string]string{"FilterPolicy": none}); err != nil || sub.FilterPolicy != "" {
			t.Errorf("%q is %q, %v", none, sub.FilterPolicy, err)
		}
	}
}

// What the matcher refuses to read is a message for those without a filter.
func TestFilterOfUnreadable(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 2000) + strings.Repeat("]", 2000)
	m := Message{Body: `{"a":` + deep + `}`, Attributes: map[string]targets.Attribute{"a": {Type: "String.Array", String: deep}}}
	for _, scope := range []string{ofAttributes, ofBody} {
		sub := Subscription{Protocol: "sqs", FilterPolicy: `{"a":[{"exists":true}]}`, FilterScope: scope}
		if got, err := new(Service).takes(&sub, &m); got || err != nil {
			t.Errorf("%s: %v, %v", scope, got, err)
		}
	}
}

// A filter that is taken can be matched with anything.
func FuzzFilter(f *testing.F) {
	f.Add(`{"a":[{"numeric":["=",1]},"x"]}`, `{"a":1}`, "Number", "1")
	f.Add(`{"$or":[{"a":[{"exists":false}]},{"b":{"c":[null]}}]}`, `[]`, "String.Array", `["x",1]`)
	f.Fuzz(func(t *testing.T, policy, body, kind, value string) {
		for _, scope := range []string{ofAttributes, ofBody} {
			sub := Subscription{Protocol: "sqs"}
			if sub.setAll(map[string]string{"FilterPolicy": policy, "FilterPolicyScope": scope}) != nil {
				continue
			}
			m := Message{Body: body, Attributes: map[string]targets.Attribute{"a": {Type: kind, String: value}}}
			if m.Attributes["a"].Check("a") != nil {
				m.Attributes = nil
			}
			if _, err := new(Service).takes(&sub, &m); err != nil {
				t.Fatalf("%s of %s was taken: %v", policy, scope, err)
			}
		}
	})
}
