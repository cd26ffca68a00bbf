package trial

import (
	"fmt"
	"strings"
	"testing"
)

func TestValues(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                    "[]",
		"1":                   "[1]",
		"1 _ -2.5 1e3":        "[1 NaN -2.5 1000]",
		"1x4":                 "[1 1 1 1 1]",
		"0+10x5":              "[0 10 20 30 40 50]",
		"9-2x3":               "[9 7 5 3]",
		"-2-4x3":              "[-2 -6 -10 -14]",
		"-2+4x3":              "[-2 2 6 10]",
		"1e-1+1x1":            "[0.1 1.1]",
		"1e+2-1e+1x2":         "[100 90 80]",
		"_x3":                 "[NaN NaN NaN]",
		"_x0":                 "[]",
		"7x0":                 "[7]",
		" 1\n\t2  ":           "[1 2]",
		"x3":                  `"x3" is no value`,
		"3+":                  `"3+" is no value`,
		"1+1":                 `"1+1" is no value`,
		"stale":               `"stale" is no value`,
		"1x-1":                `"1x-1" is no value`,
		"1x":                  `"1x" is no value`,
		"nan":                 `"nan" is no value`,
		"Inf":                 `"Inf" is no value`,
		"0x10":                "[0 0 0 0 0 0 0 0 0 0 0]", // ten more zeros, not sixteen
		"1x1000000":           "more than 1000000 values",
		"1 1x999999":          "more than 1000000 values",
		"1x99999999999999999": `is no value`,
		"1e999":               `is no value`,
	} {
		got, err := parseValues(text)
		shown := fmt.Sprint(got)
		if err != nil {
			shown = err.Error()
		}
		if shown != want && (err == nil || !strings.Contains(shown, want)) {
			t.Errorf("%q: %s, want %s", text, shown, want)
		}
	}
}

// Whatever text there is gives numbers or an error, and not too many.
func FuzzValues(f *testing.F) {
	for _, s := range []string{"1", "_x3", "0+10x5", "-1e-3-2e+1x7", "1x1000000", "x", "_", "+x1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 40 {
			return
		}
		all, err := parseValues(text)
		if err == nil && len(all) > maxValues {
			t.Errorf("%d values", len(all))
		}
	})
}
