package runtime

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"net"
	"os"
	"strconv"
	"strings"
)

// ownedListener accepts connections of this user's processes only: a port of
// the loopback address is open to all users of the machine.
type ownedListener struct{ net.Listener }

// Accept implements net.Listener.
func (l ownedListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil || ours(c) {
			return c, err
		}
		_ = c.Close()
	}
}

// ours reports whether the other end is of this server's user.
func ours(c net.Conn) bool { return owner(c) == strconv.Itoa(os.Geteuid()) }

// owner looks the other end up in the kernel's table of connections and tells
// its user; "" when it is not there.
func owner(c net.Conn) string {
	table, err := os.Open("/proc/self/net/tcp")
	if err != nil {
		return ""
	}
	defer func() { _ = table.Close() }()
	other, mine := endpoint(c.RemoteAddr()), endpoint(c.LocalAddr())
	for lines := bufio.NewScanner(table); lines.Scan(); {
		// sl local_address rem_address st tx:rx tr:when retrnsmt uid ...
		f := strings.Fields(lines.Text())
		if len(f) > 7 && f[1] == other && f[2] == mine {
			return f[7]
		}
	}
	return ""
}

// endpoint writes an address as the table does: the four bytes as a number of
// the machine's byte order, and the port, in hexadecimal.
func endpoint(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok || tcp.IP.To4() == nil {
		return ""
	}
	var ip, port [4]byte
	binary.BigEndian.PutUint32(ip[:], binary.NativeEndian.Uint32(tcp.IP.To4()))
	binary.BigEndian.PutUint16(port[:2], uint16(tcp.Port))
	return strings.ToUpper(hex.EncodeToString(ip[:]) + ":" + hex.EncodeToString(port[:2]))
}
