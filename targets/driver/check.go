package driver

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// placeholder is what stands for a value in a URL; an element of a command line
// that is one as a whole is meant to be one, too. Braces beside other text are
// the program's own.
var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

var wholePlaceholder = regexp.MustCompile(`^\{[a-z]+(-[a-z]+)*\}$`)

// CheckCommand says what is wrong with a command line: there is no program, or
// an element is a placeholder that none of the known ones is. needs are those
// without which the program cannot do what it is for.
func CheckCommand(name string, argv, known []string, needs ...string) error {
	if len(argv) > 0 && argv[0] == "" {
		return fmt.Errorf("%s: its first element must be a program", name)
	}
	for _, a := range argv {
		if wholePlaceholder.MatchString(a) && !slices.Contains(known, a) {
			return fmt.Errorf("%s: %s is no placeholder; these are: %s", name, a, strings.Join(known, " "))
		}
	}
	for _, p := range needs {
		if !slices.ContainsFunc(argv, func(a string) bool { return strings.Contains(a, p) }) {
			return fmt.Errorf("%s: without %s the program is not told what it is about", name, p)
		}
	}
	return nil
}

// CheckURL says what is wrong with the URL of a driver, of which the known
// placeholders are part.
func CheckURL(text string, known ...string) error {
	for _, p := range placeholder.FindAllString(text, -1) {
		if !slices.Contains(known, p) {
			return fmt.Errorf("url: %s is no placeholder here", p)
		}
	}
	u, err := url.Parse(placeholder.ReplaceAllString(text, "x"))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" { // the text may hold a password
		return errors.New("url: it must be the URL of a host, http or https")
	}
	return nil
}
