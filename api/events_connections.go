package api

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventbridgeschemas "github.com/aws/aws-sdk-go-v2/service/eventbridge/schemas"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"

	"skywatch/targets/destination"
)

func connectionOperations(d *destination.Service) []offered {
	a := connectionsAPI{d}
	return []offered{
		offer("CreateConnection", a.create, "conformance: TestConnections", connectionFields(eventbridgeschemas.CreateConnectionRequest)),
		offer("UpdateConnection", a.update, "conformance: TestConnections", connectionFields(eventbridgeschemas.UpdateConnectionRequest)),
		offer("DescribeConnection", a.describe, "conformance: TestConnections", Fields{"Name": Acts}),
		offer("ListConnections", a.list, "conformance: TestConnections", Fields{"NamePrefix": Acts, "ConnectionState": Acts, "NextToken": Acts, "Limit": Acts}),
		offer("DeauthorizeConnection", a.deauthorize, "conformance: TestConnections", Fields{"Name": Acts}),
		offer("DeleteConnection", a.delete, "conformance: TestConnections", Fields{"Name": Acts}),
	}
}

// connectionFields grades the members of a request that writes a connection:
// all act, but for those of private networks and of AWS's key service.
func connectionFields(input *smithy.Schema) Fields {
	f := Fields{}
	for _, m := range members(input, "") {
		f[m] = Acts
	}
	for _, name := range []string{"InvocationConnectivityParameters", "AuthParameters.ConnectivityParameters", "KmsKeyIdentifier"} {
		for m := range f {
			if m == name || strings.HasPrefix(m, name+".") {
				f[m] = Refused
			}
		}
	}
	f["Description"] = Kept
	return f
}

// connectionsAPI turns EventBridge's shapes into calls of the connections.
type connectionsAPI struct{ d *destination.Service }

func (a connectionsAPI) create(ctx context.Context, c *Call, in *eventbridge.CreateConnectionInput) (*eventbridge.CreateConnectionOutput, error) {
	auth := readAuth(in.AuthorizationType, asUpdate(in.AuthParameters))
	made, err := a.d.CreateConnection(ctx, destination.Name{Tenant: c.Tenant, Name: text(in.Name)}, text(in.Description), *auth)
	if err != nil {
		return nil, err
	}
	return &eventbridge.CreateConnectionOutput{
		ConnectionArn: new(made.ARN()), ConnectionState: types.ConnectionState(made.State),
		CreationTime: &made.Created, LastModifiedTime: &made.Modified,
	}, nil
}

func (a connectionsAPI) update(ctx context.Context, c *Call, in *eventbridge.UpdateConnectionInput) (*eventbridge.UpdateConnectionOutput, error) {
	var auth *destination.Auth
	if in.AuthorizationType != "" || in.AuthParameters != nil {
		auth = readAuth(in.AuthorizationType, in.AuthParameters)
	}
	n, err := a.d.UpdateConnection(ctx, destination.Name{Tenant: c.Tenant, Name: text(in.Name)}, in.Description, auth)
	if err != nil {
		return nil, err
	}
	return &eventbridge.UpdateConnectionOutput{
		ConnectionArn: new(n.ARN()), ConnectionState: types.ConnectionState(n.State),
		CreationTime: &n.Created, LastModifiedTime: &n.Modified, LastAuthorizedTime: known(n.Authorized),
	}, nil
}

// asUpdate gives the parameters of a new connection the shape of those of a
// change, which has the same members.
func asUpdate(in *types.CreateConnectionAuthRequestParameters) *types.UpdateConnectionAuthRequestParameters {
	out := &types.UpdateConnectionAuthRequestParameters{
		BasicAuthParameters:      (*types.UpdateConnectionBasicAuthRequestParameters)(in.BasicAuthParameters),
		ApiKeyAuthParameters:     (*types.UpdateConnectionApiKeyAuthRequestParameters)(in.ApiKeyAuthParameters),
		InvocationHttpParameters: in.InvocationHttpParameters,
	}
	if o := in.OAuthParameters; o != nil {
		out.OAuthParameters = &types.UpdateConnectionOAuthRequestParameters{
			AuthorizationEndpoint: o.AuthorizationEndpoint, HttpMethod: o.HttpMethod, OAuthHttpParameters: o.OAuthHttpParameters,
			ClientParameters: (*types.UpdateConnectionOAuthClientRequestParameters)(o.ClientParameters),
		}
	}
	return out
}

func readAuth(kind types.ConnectionAuthorizationType, p *types.UpdateConnectionAuthRequestParameters) *destination.Auth {
	auth := &destination.Auth{Type: destination.Type(kind)}
	if p == nil {
		return auth
	}
	auth.Invocation = readParameters(p.InvocationHttpParameters)
	if b := p.BasicAuthParameters; b != nil {
		auth.Username, auth.Password = text(b.Username), text(b.Password)
	}
	if k := p.ApiKeyAuthParameters; k != nil {
		auth.KeyName, auth.KeyValue = text(k.ApiKeyName), text(k.ApiKeyValue)
	}
	if o := p.OAuthParameters; o != nil {
		auth.Client = &destination.Client{Endpoint: text(o.AuthorizationEndpoint), Method: string(o.HttpMethod), Parameters: readParameters(o.OAuthHttpParameters)}
		if o.ClientParameters != nil {
			auth.Client.ID, auth.Client.Secret = text(o.ClientParameters.ClientID), text(o.ClientParameters.ClientSecret)
		}
	}
	return auth
}

func readParameters(p *types.ConnectionHttpParameters) *destination.Parameters {
	if p == nil {
		return nil
	}
	out := &destination.Parameters{}
	for _, h := range p.HeaderParameters {
		out.Header = append(out.Header, destination.Parameter{Key: text(h.Key), Value: text(h.Value), Secret: h.IsValueSecret})
	}
	for _, q := range p.QueryStringParameters {
		out.Query = append(out.Query, destination.Parameter{Key: text(q.Key), Value: text(q.Value), Secret: q.IsValueSecret})
	}
	for _, b := range p.BodyParameters {
		out.Body = append(out.Body, destination.Parameter{Key: text(b.Key), Value: text(b.Value), Secret: b.IsValueSecret})
	}
	return out
}

// describe answers without SecretArn: there is no secret in Secrets Manager to
// name.
func (a connectionsAPI) describe(_ context.Context, c *Call, in *eventbridge.DescribeConnectionInput) (*eventbridge.DescribeConnectionOutput, error) {
	n, err := a.d.Connection(destination.Name{Tenant: c.Tenant, Name: text(in.Name)})
	if err != nil {
		return nil, err
	}
	return &eventbridge.DescribeConnectionOutput{
		Name: &n.Name.Name, ConnectionArn: new(n.ARN()), Description: optional(n.Description),
		ConnectionState: types.ConnectionState(n.State), StateReason: optional(n.Reason),
		AuthorizationType: types.ConnectionAuthorizationType(n.Auth.Type), AuthParameters: wireAuth(&n.Auth),
		CreationTime: &n.Created, LastModifiedTime: &n.Modified, LastAuthorizedTime: known(n.Authorized),
	}, nil
}

// wireAuth writes authorization parameters, of which the secrets are not known
// here.
func wireAuth(a *destination.Auth) *types.ConnectionAuthResponseParameters {
	out := &types.ConnectionAuthResponseParameters{InvocationHttpParameters: wireParameters(a.Invocation)}
	switch {
	case a.Username != "":
		out.BasicAuthParameters = &types.ConnectionBasicAuthResponseParameters{Username: &a.Username}
	case a.KeyName != "":
		out.ApiKeyAuthParameters = &types.ConnectionApiKeyAuthResponseParameters{ApiKeyName: &a.KeyName}
	case a.Client != nil:
		out.OAuthParameters = &types.ConnectionOAuthResponseParameters{
			AuthorizationEndpoint: &a.Client.Endpoint, HttpMethod: types.ConnectionOAuthHttpMethod(a.Client.Method),
			ClientParameters:    &types.ConnectionOAuthClientResponseParameters{ClientID: &a.Client.ID},
			OAuthHttpParameters: wireParameters(a.Client.Parameters),
		}
	}
	return out
}

func wireParameters(p *destination.Parameters) *types.ConnectionHttpParameters {
	if p == nil {
		return nil
	}
	out := &types.ConnectionHttpParameters{}
	for _, h := range p.Header {
		out.HeaderParameters = append(out.HeaderParameters, types.ConnectionHeaderParameter{Key: &h.Key, Value: optional(h.Value), IsValueSecret: h.Secret})
	}
	for _, q := range p.Query {
		out.QueryStringParameters = append(out.QueryStringParameters, types.ConnectionQueryStringParameter{Key: &q.Key, Value: optional(q.Value), IsValueSecret: q.Secret})
	}
	for _, b := range p.Body {
		out.BodyParameters = append(out.BodyParameters, types.ConnectionBodyParameter{Key: &b.Key, Value: optional(b.Value), IsValueSecret: b.Secret})
	}
	return out
}

func (a connectionsAPI) list(_ context.Context, c *Call, in *eventbridge.ListConnectionsInput) (*eventbridge.ListConnectionsOutput, error) {
	after, err := listAfter(in.NextToken, "connection")
	if err != nil {
		return nil, err
	}
	page, more, err := a.d.Connections(c.Tenant, text(in.NamePrefix), destination.State(in.ConnectionState), after, listLimit(in.Limit))
	if err != nil {
		return nil, err
	}
	out := &eventbridge.ListConnectionsOutput{Connections: []types.Connection{}}
	for _, n := range page {
		out.Connections = append(out.Connections, types.Connection{
			Name: &n.Name.Name, ConnectionArn: new(n.ARN()), ConnectionState: types.ConnectionState(n.State), StateReason: optional(n.Reason),
			AuthorizationType: types.ConnectionAuthorizationType(n.Auth.Type),
			CreationTime:      &n.Created, LastModifiedTime: &n.Modified, LastAuthorizedTime: known(n.Authorized),
		})
	}
	if more {
		out.NextToken = writeToken("connection", page[len(page)-1].Name.Name)
	}
	return out, nil
}

func (a connectionsAPI) deauthorize(ctx context.Context, c *Call, in *eventbridge.DeauthorizeConnectionInput) (*eventbridge.DeauthorizeConnectionOutput, error) {
	n, err := a.d.Deauthorize(ctx, destination.Name{Tenant: c.Tenant, Name: text(in.Name)})
	if err != nil {
		return nil, err
	}
	return &eventbridge.DeauthorizeConnectionOutput{
		ConnectionArn: new(n.ARN()), ConnectionState: types.ConnectionState(n.State),
		CreationTime: &n.Created, LastModifiedTime: &n.Modified, LastAuthorizedTime: known(n.Authorized),
	}, nil
}

// delete answers with the state that AWS has meanwhile (recorded); here the
// connection is gone already.
func (a connectionsAPI) delete(ctx context.Context, c *Call, in *eventbridge.DeleteConnectionInput) (*eventbridge.DeleteConnectionOutput, error) {
	n, err := a.d.DeleteConnection(ctx, destination.Name{Tenant: c.Tenant, Name: text(in.Name)})
	if err != nil {
		return nil, err
	}
	return &eventbridge.DeleteConnectionOutput{
		ConnectionArn: new(n.ARN()), ConnectionState: types.ConnectionStateDeleting,
		CreationTime: &n.Created, LastModifiedTime: &n.Modified, LastAuthorizedTime: known(n.Authorized),
	}, nil
}
