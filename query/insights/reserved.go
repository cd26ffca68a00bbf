package insights

import "strings"

// reserved are the words that must be quoted as identifiers: the least that
// cloudwatch.md section 10 names. AWS's published list is longer; a word that is
// taken here in more cases than there does no harm.
var reserved = setOf(`SELECT FROM SCHEMA WHERE GROUP ORDER BY LIMIT AND OR NOT AS ASC DESC AVG COUNT MAX MIN SUM LIKE IN IS
	NULL BETWEEN DISTINCT HAVING JOIN UNION ALL ANY CASE WHEN THEN ELSE END TRUE FALSE DATE TIME TIMESTAMP INTERVAL VALUE VALUES`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
