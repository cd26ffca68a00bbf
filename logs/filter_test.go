package logs_test

import (
	"strings"
	"testing"

	"skywatch/internal/fault"
	"skywatch/logs"
)

func TestFilterPatterns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ pattern, yes, no string }{
		{"", "anything|", ""},
		{"  ", "anything", ""},
		{"ERROR", "ERROR|an ERRORS b", "error|ERRO"},
		{"ERROR Exception", "Exception in ERROR", "ERROR|Exception"},
		{`"INTERNAL SERVER ERROR"`, "x INTERNAL SERVER ERROR y", "INTERNAL ERROR SERVER"},
		{"-INFO", "ERROR|", "INFO"},
		{"ERROR -EXITING", "ERROR 400", "ERROR EXITING|other"},
		{"?ERROR ?WARN", "ERROR|WARN", "INFO"},
		{`?"a b" ?c`, "x a b|c", "a|b"},
		{"?WARN ERROR", "ERROR", "WARN"}, // optional terms count only among themselves
		{`-"a b" c`, "c", "c a b"},
		{`"a \"b\" \\"`, `x a "b" \ y`, `a "b"`},
		{"müller_1", "x müller_1", "muller_1"},
	} {
		f, err := logs.ParseFilter(c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		for message := range strings.SplitSeq(c.yes, "|") {
			if !f.Matches(message) {
				t.Errorf("%s does not match %q", c.pattern, message)
			}
		}
		for message := range strings.SplitSeq(c.no, "|") {
			if message != "" && f.Matches(message) {
				t.Errorf("%s matches %q", c.pattern, message)
			}
		}
	}
}

func TestFilterPatternsThatAreRefused(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		`{ $.x = 1 }`: "JSON patterns", " [ip, user]": "space-delimited patterns", "%ERR.R%": "regular expressions",
	} {
		if _, err := logs.ParseFilter(pattern); !fault.Is(err, fault.Unsupported) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", pattern, err)
		}
	}
	for pattern, want := range map[string]string{
		"a.b": "Invalid character(s) in term 'a.b'", `"open`: "Invalid filter pattern", `""`: "Invalid filter pattern", "-": "Invalid filter pattern", "a ?": "Invalid filter pattern", `a"b"`: "Invalid character(s)",
	} {
		if _, err := logs.ParseFilter(pattern); !fault.Is(err, fault.InvalidValue) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", pattern, err)
		}
	}
}

// A phrase in quotes is found where it stands, and nowhere else.
func FuzzFilter(f *testing.F) {
	for _, s := range []string{"", "a", `a "b c" -d ?e`, `"\\\""`, "{", "-?a", "?\"x", "ü"} {
		f.Add(s, "a b c")
	}
	f.Fuzz(func(t *testing.T, pattern, message string) {
		if filter, err := logs.ParseFilter(pattern); err == nil {
			filter.Matches(message)
		}
		if message == "" {
			return
		}
		quoted := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(message) + `"`
		has, err := logs.ParseFilter(quoted)
		if err != nil {
			t.Fatalf("%s: %v", quoted, err)
		}
		hasNot, err := logs.ParseFilter("-" + quoted)
		if err != nil {
			t.Fatalf("-%s: %v", quoted, err)
		}
		for _, m := range []string{message, pattern, message + pattern} {
			if want := strings.Contains(m, message); has.Matches(m) != want || hasNot.Matches(m) == want {
				t.Errorf("%s on %q: %v", quoted, m, !want)
			}
		}
	})
}
