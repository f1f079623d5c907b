import { z } from "zod";
import { drupalConfig } from "../drupal/config";
import { siteConfig } from "../php/config";
import { siteProblems } from "../php/service";

/** Settings of the CMS stack: nothing runs unless it is in one of these lists. */
export const cmsConfig = z
  .strictObject({
    /** PHP sites, each on an Apache of its own. */
    sites: z.array(siteConfig).default([]),
    /** Drupal sites, each on an Apache and a database of its own. */
    drupal: z.array(drupalConfig).default([]),
  })
  .superRefine(({ sites, drupal }, context) => {
    const lists = { sites, drupal };
    for (const [list, all] of Object.entries(lists)) {
      all.forEach((site, index) => {
        for (const { path, problem } of siteProblems(site)) {
          context.addIssue({ code: "custom", path: [list, index, ...path], message: problem });
        }
      });
    }
  });

export type CmsConfig = z.output<typeof cmsConfig>;
