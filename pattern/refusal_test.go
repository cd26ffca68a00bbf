package pattern

import (
	"strings"
	"testing"

	"skywatch/internal/fault"
)

// TestRefusals gives the whole text of refusals: the engine's words, and where
// it had come to.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ pattern, want string }{
		{`{"a": [1]`, `Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"a": [1]"; line: 1, column: 1])` + "\n" + ` at [Source: (String)"{"a": [1]"; line: 1, column: 10]`},
		{`[]`, "Filter is not an object\n at [Source: (String)\"[]\"; line: 1, column: 2]"},
		{`{"a":"x"}`, "\"a\" must be an object or an array\n at [Source: (String)\"{\"a\":\"x\"}\"; line: 1, column: 7]"},
		{"{\n\"a\":[{\"cidr\":\"10.0.0.0\"}]}", "Malformed CIDR, one '/' required"},
		{`{"a":[{"cidr":"10.0.0.0/x"}]}`, "Malformed CIDR, mask bits must be an integer"},
		{`{"a":[{"cidr":"10.0.0.0/-1"}]}`, "Malformed CIDR, mask bits must not be negative"},
		{`{"a":[{"cidr":"::/128"}]}`, "IPv6 mask bits must be < 128"},
		{`{"a":[{"cidr":"x/1"}]}`, "Nonstandard IP address: x"},
		{`{"a":[{"cidr":"10.0.0.256/1"}]}`, "Invalid IP address: 10.0.0.256"},
		{`{"a":[{"wildcard":"*:*:*:*:*:event-bus/*"}]}`, tooComplex},
	} {
		_, err := Compile([]byte(c.pattern))
		if got, want := fault.Of(err).Message, "Event pattern is not valid. Reason: "+c.want; got != want {
			t.Errorf("%s is refused with\n%s\nwant\n%s", c.pattern, got, want)
		}
	}
}

// TestReasons gives the first words of refusals that the conformance cases do
// not have.
func TestReasons(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		`{"a":[1],}`:                          "Unexpected character ('}' (code 125)): was expecting double-quote to start field name",
		`{"a" [1]}`:                           "Unexpected character ('[' (code 91)): was expecting a colon to separate field name and value",
		`{"a":[1 2]}`:                         "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries",
		`{"a":[1]} x`:                         "Unexpected character ('x' (code 120))",
		`{"a":[nil]}`:                         "Unrecognized token 'nil'",
		`{"a":[01]}`:                          "Invalid numeric value",
		`{"a":["x`:                            "Unexpected end-of-input in VALUE_STRING",
		`{"a":["\q"]}`:                        "Unrecognized character escape",
		"{\"a\":[\"\t\"]}":                    "Illegal unquoted character ((CTRL-CHAR, code 9))",
		``:                                    "Filter is not an object",
		strings.Repeat(`{"a":`, 1001):         "Document nesting depth (1001) exceeds the maximum allowed (1000",
		`{"a":[{"numeric":["=",1,2]}]}`:       "Too many elements in numeric expression",
		`{"a":[{"numeric":["=","1"]}]}`:       "Value of equals must be numeric",
		`{"a":[{"numeric":[">",1,"x",2]}]}`:   "Bad numeric range operator: x",
		`{"a":[{"numeric":[">",1,2]}]}`:       "Bad value in numeric range: 2",
		`{"a":[{"numeric":[">",1,"<",2,3]}]}`: "Too many terms in numeric range expression",
		`{"a":[{"numeric":[">=",3,"<=",3]}]}`: "Bottom must be less than top",
		`{"a":[{"numeric":["<",98765432109876543210987]}]}`:                "Cannot compare number : 98765432109876543210987",
		`{"a":[{"anything-but":1e400}]}`:                                   "Cannot compare number : 1e400",
		`{"a":[{"anything-but":[true]}]}`:                                  "Inside anything but list, start|null|boolean is not supported.",
		`{"a":[{"anything-but":{"prefix":1}}]}`:                            "prefix/suffix match pattern must be a string",
		`{"a":[{"anything-but":{"wildcard":1}}]}`:                          "wildcard match pattern must be a string",
		`{"a":[{"anything-but":{}}]}`:                                      "Anything-But expression name not found",
		`{"a":[{"anything-but":"a","b":1}]}`:                               "Too many elements in numeric expression",
		`{"a":[{"exists":true,"b":1}]}`:                                    "Only one key allowed in match expression",
		`{"a":[{"exactly":1}]}`:                                            "exact match pattern must be a string",
		`{"a":[{"cidr":1}]}`:                                               "prefix match pattern must be a string",
		`{"a":[{"prefix":{}}]}`:                                            "Prefix expression name not found",
		`{"a":[{"suffix":{}}]}`:                                            "Suffix expression name not found",
		`{"a":[{"wildcard":"a\\"}]}`:                                       "Invalid escape character at pos 2",
		`{"$or":[1,2]}`:                                                    "Only JSON object is allowed in array of $or relationship.",
		`{"$or":[{"x":{"exists":[true]}},{"a":[1]}]}`:                      "exists is Ruler reserved fieldName which cannot be used inside $or.",
		`{` + repeated(10, ",", same(`"$or":[{"a":[1]},{"b":[1]}]`)) + `}`: "Rule is too complex - $or makes more than 1000 combinations",
		`{"a":[` + repeated(11, ",", same(`{"wildcard":"x"}`)) + `]}`:      tooComplex,
	} {
		_, err := Compile([]byte(pattern))
		if err == nil {
			t.Errorf("%s is accepted", pattern)
			continue
		}
		if got := fault.Of(err).Message; !strings.HasPrefix(got, "Event pattern is not valid. Reason: "+want) {
			t.Errorf("%s is refused with %q, want the reason %q", pattern, got, want)
		}
	}
}
