package main

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// likeReleased makes a container's record what the released provider records. A container never changes its image or
// its ports, so nothing is missed by keeping what the program gave:
//   - image: this upstream always records the image's id, so that a tag or a digest in the program would replace the
//     container on every run; the released one compares the id only where the program gave one (upstream 426);
//   - ports: this upstream finds none on a container that doesn't run and would replace it (upstream 842).
func likeReleased(p *schema.Provider) *schema.Provider {
	container := p.ResourcesMap["docker_container"]
	container.CreateContext = keepingGiven(container.CreateContext)
	container.ReadContext = keepingGiven(container.ReadContext)
	container.UpdateContext = keepingGiven(container.UpdateContext)
	return p
}

type step = func(context.Context, *schema.ResourceData, any) diag.Diagnostics

func keepingGiven(next step) step {
	return func(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		image, _ := d.Get("image").(string)
		ports, _ := d.Get("ports").([]any)
		diagnostics := next(ctx, d, meta)
		if d.Id() == "" {
			return diagnostics
		}
		if image != "" && !strings.HasPrefix(image, "sha256:") {
			diagnostics = append(diagnostics, diag.FromErr(d.Set("image", image))...)
		}
		if found, _ := d.Get("ports").([]any); len(found) == 0 && len(ports) > 0 {
			diagnostics = append(diagnostics, diag.FromErr(d.Set("ports", ports))...)
		}
		return diagnostics
	}
}
