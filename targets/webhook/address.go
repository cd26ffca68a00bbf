package webhook

import (
	"net/netip"
	"strings"
)

// special are the IPv4 ranges that are not the public internet (IANA special
// purpose registry, multicast and reserved).
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)

// Of IPv6 only global unicast is public, without the ranges within it that
// carry IPv4 (6to4, Teredo) or are for documentation. NAT64 (64:ff9b::/96),
// IPv4-compatible and unique local addresses lie outside global unicast.
var (
	global6  = netip.MustParsePrefix("2000::/3")
	special6 = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)

func prefixes(list ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range list {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

func within(a netip.Addr, list []netip.Prefix) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// public reports whether a, not mapped, is an address of the public internet.
func public(a netip.Addr) bool {
	if a.Zone() != "" {
		return false
	}
	if a.Is4() {
		return !within(a, special)
	}
	return global6.Contains(a) && !within(a, special6)
}

// numeric reports whether a host's last label is a number, as in "2130706433",
// "0x7f.1" or "127.1": some resolvers read these as IPv4 addresses.
func numeric(host string) bool {
	label := strings.TrimSuffix(host, ".")
	label = strings.ToLower(label[strings.LastIndexByte(label, '.')+1:])
	if hex, ok := strings.CutPrefix(label, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return label != "" && strings.Trim(label, "0123456789") == ""
}
