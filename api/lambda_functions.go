package api

import (
	"context"
	"net/http"

	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdaschemas "github.com/aws/aws-sdk-go-v2/service/lambda/schemas"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"skywatch/internal/fault"
	"skywatch/targets/function"
)

const shownFunction = "conformance: TestFunctions"

func (a lambdaAPI) functionOperations() []offered {
	return []offered{
		offer("CreateFunction", a.create, shownFunction, configurationFields(members(lambdaschemas.CreateFunctionRequest, ""))),
		offer("UpdateFunctionConfiguration", a.updateConfiguration, shownFunction, configurationFields(members(lambdaschemas.UpdateFunctionConfigurationRequest, ""))),
		offer("UpdateFunctionCode", a.updateCode, shownFunction, Fields{
			"FunctionName": Acts, "ZipFile": Acts, "Publish": Acts, "DryRun": Acts, "RevisionId": Acts, "Architectures": Kept,
			"S3Bucket": Refused, "S3Key": Refused, "S3ObjectVersion": Refused, "S3ObjectStorageMode": Refused, "ImageUri": Refused, "SourceKMSKeyArn": Refused, "PublishTo": Refused,
		}),
		offer("GetFunction", a.get, shownFunction, Fields{"FunctionName": Acts, "Qualifier": Acts}),
		offer("GetFunctionConfiguration", a.getConfiguration, shownFunction, Fields{"FunctionName": Acts, "Qualifier": Acts}),
		offer("ListFunctions", a.list, shownFunction, Fields{"MasterRegion": Refused, "FunctionVersion": Acts, "Marker": Acts, "MaxItems": Acts}),
		offer("DeleteFunction", a.delete, shownFunction, Fields{"FunctionName": Acts, "Qualifier": Acts}),
	}
}

// refusedBlocks are what functions of this version do not have.
var refusedBlocks = [...]string{
	"Layers", "FileSystemConfigs", "CodeSigningConfigArn", "CapacityProviderConfig", "DurableConfig", "TenancyConfig", "PublishTo",
	"Code.S3Bucket", "Code.S3Key", "Code.S3ObjectVersion", "Code.S3ObjectStorageMode", "Code.ImageUri", "Code.SourceKMSKeyArn",
	"VpcConfig.SubnetIds", "VpcConfig.SecurityGroupIds", "ImageConfig.EntryPoint", "ImageConfig.Command", "ImageConfig.WorkingDirectory",
	"LoggingConfig.ApplicationLogLevel", "LoggingConfig.SystemLogLevel",
}

func configurationFields(all []string) Fields {
	f := Fields{}
	for _, m := range all {
		f[m] = Acts
		if inBlock(m, "", refusedBlocks[:]) {
			f[m] = Refused
		}
		switch m {
		case "Role", "Description", "Tags", "Architectures":
			f[m] = Kept
		}
	}
	return f
}

// definition is what CreateFunction and UpdateFunctionConfiguration say alike.
type definition struct {
	Runtime                               types.Runtime
	Role, Handler, Description, KMSKeyArn *string
	Timeout, MemorySize                   *int32
	Environment                           *types.Environment
	DeadLetterConfig                      *types.DeadLetterConfig
	TracingConfig                         *types.TracingConfig
	EphemeralStorage                      *types.EphemeralStorage
	SnapStart                             *types.SnapStart
	LoggingConfig                         *types.LoggingConfig
	VpcConfig                             *types.VpcConfig
}

// check refuses the values of what is offered for one value only.
func (d *definition) check() error {
	if v := d.VpcConfig; v != nil && v.Ipv6AllowedForDualStack != nil && *v.Ipv6AllowedForDualStack {
		return notYet(map[string]*string{"VpcConfig.Ipv6AllowedForDualStack": new("true")})
	}
	if d.SnapStart != nil && d.SnapStart.ApplyOn != "" && d.SnapStart.ApplyOn != types.SnapStartApplyOnNone {
		return notYet(map[string]*string{"SnapStart.ApplyOn": new(string(d.SnapStart.ApplyOn))})
	}
	return notYet(map[string]*string{"KMSKeyArn": d.KMSKeyArn})
}

// onto writes what is said over a configuration.
func (d *definition) onto(c *function.Configuration) {
	if text(d.Role) != "" {
		c.Role = *d.Role
	}
	set(&c.Handler, d.Handler)
	set(&c.Description, d.Description)
	if d.Runtime != "" {
		c.Runtime = string(d.Runtime)
	}
	if d.Timeout != nil {
		c.Timeout = number(d.Timeout)
	}
	if d.MemorySize != nil {
		c.Memory = number(d.MemorySize)
	}
	if d.Environment != nil {
		c.Environment = d.Environment.Variables
	}
	if d.DeadLetterConfig != nil {
		c.DeadLetter = text(d.DeadLetterConfig.TargetArn)
	}
	if d.TracingConfig != nil && d.TracingConfig.Mode != "" {
		c.Tracing = string(d.TracingConfig.Mode)
	}
	if d.EphemeralStorage != nil {
		c.EphemeralStorage = number(d.EphemeralStorage.Size)
	}
	if l := d.LoggingConfig; l != nil {
		if l.LogFormat != "" {
			c.Log.Format = string(l.LogFormat)
		}
		set(&c.Log.Group, l.LogGroup)
	}
}

func set(to, from *string) {
	if from != nil {
		*to = *from
	}
}

func (a lambdaAPI) create(ctx context.Context, c *Call, in *sdk.CreateFunctionInput) (*sdk.CreateFunctionOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	if in.PackageType == types.PackageTypeImage {
		return nil, notYet(map[string]*string{"PackageType Image": new("Image")})
	}
	d := definition{
		in.Runtime, in.Role, in.Handler, in.Description, in.KMSKeyArn, in.Timeout, in.MemorySize, in.Environment, in.DeadLetterConfig,
		in.TracingConfig, in.EphemeralStorage, in.SnapStart, in.LoggingConfig, in.VpcConfig,
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	config := function.Presets(n)
	d.onto(&config)
	if len(in.Architectures) > 0 {
		config.Architecture = string(in.Architectures[0])
	}
	v, err := a.s.Create(ctx, n, config, in.Code.ZipFile, in.Tags, in.Publish)
	return answer[sdk.CreateFunctionOutput](&v, err)
}

// answer is the output of an operation that answers with a version.
func answer[Out any](v *function.Version, err error) (*Out, error) {
	if err != nil {
		return nil, err
	}
	w := wireVersion(v)
	return same[Out](&w), nil
}

func (a lambdaAPI) updateConfiguration(ctx context.Context, c *Call, in *sdk.UpdateFunctionConfigurationInput) (*sdk.UpdateFunctionConfigurationOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	d := definition{
		in.Runtime, in.Role, in.Handler, in.Description, in.KMSKeyArn, in.Timeout, in.MemorySize, in.Environment, in.DeadLetterConfig,
		in.TracingConfig, in.EphemeralStorage, in.SnapStart, in.LoggingConfig, in.VpcConfig,
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	v, err := a.s.UpdateConfiguration(ctx, n, text(in.RevisionId), d.onto)
	return answer[sdk.UpdateFunctionConfigurationOutput](&v, err)
}

func (a lambdaAPI) updateCode(ctx context.Context, c *Call, in *sdk.UpdateFunctionCodeInput) (*sdk.UpdateFunctionCodeOutput, error) {
	n, err := unqualified(c, in.FunctionName)
	if err != nil {
		return nil, err
	}
	u := function.NewCode{Zip: in.ZipFile, Revision: text(in.RevisionId), Publish: in.Publish, Dry: in.DryRun}
	if len(in.Architectures) > 0 {
		u.Architecture = string(in.Architectures[0])
	}
	v, err := a.s.UpdateCode(ctx, n, u)
	return answer[sdk.UpdateFunctionCodeOutput](&v, err)
}

func (a lambdaAPI) get(_ context.Context, c *Call, in *sdk.GetFunctionInput) (*sdk.GetFunctionOutput, error) {
	n, qualifier, err := functionAt(c, in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	v, err := a.s.Version(n, qualifier)
	if err != nil {
		return nil, err
	}
	f, err := a.s.Function(n)
	if err != nil {
		return nil, err
	}
	w := wireVersion(&v)
	if qualifier != "" { // as it was asked for
		w.FunctionArn = new(n.Qualified(qualifier))
	}
	out := &sdk.GetFunctionOutput{Configuration: &w, Tags: f.Tags}
	out.Code = &types.FunctionCodeLocation{
		RepositoryType: new("S3"), // the only kind that clients know of packages
		Location:       new(c.BaseURL + c.BasePath + a.packages(v.Package)),
	}
	if f.Reserved != nil {
		out.Concurrency = &types.Concurrency{ReservedConcurrentExecutions: short(f.Reserved)}
	}
	return out, nil
}

func (a lambdaAPI) getConfiguration(_ context.Context, c *Call, in *sdk.GetFunctionConfigurationInput) (*sdk.GetFunctionConfigurationOutput, error) {
	n, qualifier, err := functionAt(c, in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	v, err := a.s.Version(n, qualifier)
	out, err := answer[sdk.GetFunctionConfigurationOutput](&v, err)
	if err == nil && qualifier != "" {
		out.FunctionArn = new(n.Qualified(qualifier))
	}
	return out, err
}

func (a lambdaAPI) list(_ context.Context, c *Call, in *sdk.ListFunctionsInput) (*sdk.ListFunctionsOutput, error) {
	l, err := functionListing(in.Marker, "functions", in.MaxItems)
	if err != nil {
		return nil, err
	}
	if in.FunctionVersion == types.FunctionVersionAll {
		return nil, fault.New(fault.InvalidValue, "The parameter FunctionVersion ALL is not supported by this version of Skywatch; use ListVersionsByFunction.").On("FunctionVersion")
	}
	page, more, err := a.s.List(c.Tenant, l)
	if err != nil {
		return nil, err
	}
	out := &sdk.ListFunctionsOutput{Functions: make([]types.FunctionConfiguration, len(page))}
	for i := range page {
		out.Functions[i] = wireVersion(&page[i])
		out.Functions[i].State, out.Functions[i].LastUpdateStatus = "", "" // AWS does not list them
	}
	if more {
		out.NextMarker = writeToken("lambda-functions", page[len(page)-1].Function)
	}
	return out, nil
}

func (a lambdaAPI) delete(ctx context.Context, c *Call, in *sdk.DeleteFunctionInput) (*sdk.DeleteFunctionOutput, error) {
	n, qualifier, err := functionAt(c, in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	return &sdk.DeleteFunctionOutput{StatusCode: http.StatusNoContent}, a.s.Delete(ctx, n, qualifier)
}
