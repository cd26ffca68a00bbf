package sigv4

import (
	"net/url"
	"strings"
)

// unreserved reports whether RFC 3986 leaves c as it is.
func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}

// escape percent-encodes every byte that is not unreserved.
func escape(s string) string { return escapeBut(s, 0) }

// escapeBut is escape, except that the byte keep stays.
func escapeBut(s string, keep byte) string {
	plain := func(c byte) bool { return unreserved(c) || c == keep && keep != 0 }
	extra := 0
	for i := range len(s) {
		if !plain(s[i]) {
			extra += 2
		}
	}
	if extra == 0 {
		return s
	}
	const hexDigits = "0123456789ABCDEF"
	b := make([]byte, 0, len(s)+extra)
	for i := range len(s) {
		if c := s[i]; plain(c) {
			b = append(b, c)
		} else {
			b = append(b, '%', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return string(b)
}

func unescape(s string) (string, bool) {
	u, err := url.QueryUnescape(s)
	return u, err == nil
}

// canonicalPaths returns the forms in which a path may have been signed. Every
// service but S3 escapes the escaped path again. botocore and the JavaScript
// SDK also resolve dot segments and drop empty ones, as the specification
// says; the Go SDK does not. The second form is there only where they differ.
func canonicalPaths(escaped string) []string {
	if escaped == "" {
		escaped = "/"
	}
	received := escapeBut(escaped, '/')
	normal := normalize(escaped)
	if normal == escaped {
		return []string{received}
	}
	return []string{escapeBut(normal, '/'), received}
}

// normalize removes empty and dot segments from an absolute path; a slash at
// the end stays.
func normalize(path string) string {
	if !strings.Contains(path, "//") && !strings.Contains(path, "/.") {
		return path
	}
	var out []string
	for segment := range strings.SplitSeq(path, "/") {
		switch segment {
		case "", ".":
		case "..":
			if len(out) > 0 {
				out = out[:len(out)-1]
			}
		default:
			out = append(out, segment)
		}
	}
	p := "/" + strings.Join(out, "/")
	if strings.HasSuffix(path, "/") && len(out) > 0 {
		p += "/"
	}
	return p
}
