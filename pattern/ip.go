package pattern

import (
	"net/netip"
	"strconv"
	"strings"
)

// maxIPv4Text is the longest text that can be an IPv4 literal.
const maxIPv4Text = len("255.255.255.255")

// maxIPv6Text is the longest text that can be an IPv6 literal: eight groups.
const maxIPv6Text = len("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")

// parseIP reads an IP literal as the service does: four decimal numbers, with
// leading zeros if one likes, or hexadecimal groups. Nothing else of what
// netip reads (zones, a dotted tail) is one. An IPv4 address that is mapped
// into IPv6 is that IPv4 address (the engine's platform does so).
func parseIP(s string) (netip.Addr, bool) {
	var dot, colon bool
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
		case c == '.':
			dot = true
		case c == ':':
			colon = true
		case 'a' <= c && c <= 'f', 'A' <= c && c <= 'F':
			if i > maxIPv6Text {
				return netip.Addr{}, false
			}
		default:
			return netip.Addr{}, false
		}
	}
	switch {
	case colon && !dot && len(s) <= maxIPv6Text:
		a, err := netip.ParseAddr(s)
		return a.Unmap(), err == nil
	case dot && !colon && len(s) <= maxIPv4Text:
		return parseIPv4(s)
	}
	return netip.Addr{}, false
}

func parseIPv4(s string) (netip.Addr, bool) {
	var a [4]byte
	for i := range a {
		part, rest, found := strings.Cut(s, ".")
		if part == "" || found != (i < 3) {
			return netip.Addr{}, false
		}
		n, err := strconv.ParseUint(part, 10, 8)
		if err != nil {
			return netip.Addr{}, false
		}
		a[i], s = byte(n), rest
	}
	return netip.AddrFrom4(a), true
}

// parseCIDR reads a network; the host's bits are ignored. reason is the
// engine's text when it is refused.
func parseCIDR(s string) (n netip.Prefix, reason string) {
	ip, mask, found := strings.Cut(s, "/")
	if !found || strings.Contains(mask, "/") || mask == "" {
		return n, "Malformed CIDR, one '/' required"
	}
	bits, err := strconv.ParseInt(mask, 10, 32)
	if err != nil {
		return n, "Malformed CIDR, mask bits must be an integer"
	}
	if bits < 0 {
		return n, "Malformed CIDR, mask bits must not be negative"
	}
	a, ok := parseIP(ip)
	switch {
	case !ok && looksLikeIP(ip):
		return n, "Invalid IP address: " + ip
	case !ok:
		return n, "Nonstandard IP address: " + ip
	case a.Is4() && bits > 31:
		return n, "IPv4 mask bits must be < 32"
	case bits > 127:
		return n, "IPv6 mask bits must be < 128"
	}
	return netip.PrefixFrom(a, int(bits)).Masked(), ""
}

// looksLikeIP reports whether s is made of what an address is made of, though
// it is none: the engine words these two refusals differently.
func looksLikeIP(s string) bool {
	if strings.Contains(s, ":") {
		return strings.Trim(s, "0123456789abcdefABCDEF:") == ""
	}
	parts := strings.Split(s, ".")
	for _, p := range parts {
		if p == "" || strings.Trim(p, "0123456789") != "" {
			return false
		}
	}
	return len(parts) == 4
}
