// Package sigv4 verifies AWS Signature Version 4, in the Authorization header
// and in the query string (presigned).
//
// Start from Verifier.Verify, which says who signed a Request or returns a
// fault.Error whose kind the api room spells for each protocol. ParseScope
// reads the same claim without verifying it, for local mode.
//
// A request passes only if the signature covers its method, path, query,
// signed headers and body; if host and every x-amz-* header present are among
// the signed headers; and if the time is right. Signatures are compared in
// constant time, and an unknown access key costs the same work as a wrong
// signature. Verify reads no clock and keeps nothing but a bounded cache of
// signing keys; a Verifier is safe for concurrent use.
//
// The package knows no policy, no key store and no protocol: keys come from
// the caller's Lookup, and whether service and region of the scope suit the
// operation is for the caller to judge. SigV2, SigV4A and S3's chunked bodies
// are not offered.
//
// Sources: cloudwatch.md section 2; "AWS Signature Version 4 for API
// requests" in the IAM user guide.
package sigv4
