"""The GLSL programs of the renderer: surface, shadow map, shadow on the floor, backdrop.

One surface program serves every material: patterns, decals and surroundings are looked up in small
texture arrays, so a software rasteriser shades a picture in a few milliseconds.
"""

MAX_PARTS = 96
ROWS_PER_PART = 8

SURFACE_VERTEX = """
#version 330
in vec3 in_position;
in vec3 in_normal;
in float in_part;
uniform mat3 turn;        // object -> view
uniform vec3 centre;      // of the turned object, in view directions
uniform vec4 lens;        // focal length, distance, shift x, shift y
uniform vec2 depth_range;  // clip depth = x * distance from the eye + y
uniform mat4 light_view;
uniform vec2 surroundings_turn;
uniform vec3 harmonics[9];
uniform vec3 key_direction;
layout(std140) uniform Materials { vec4 rows[PARTS * 8]; };
out vec3 position;
out vec3 normal;
out vec3 view;
out vec3 in_shadow;
out vec3 diffuse_light;
flat out int first_row;

void main() {
    vec3 v = turn * in_position - centre;
    position = in_position;
    normal = in_normal;
    view = v;
    first_row = int(in_part + 0.5) * 8;
    vec3 n = turn * in_normal;
    // looked up a little off the surface, or it would shade itself in stripes
    vec3 lifted = v + n * (dot(n, key_direction) < 0.0 ? -0.025 : 0.025);
    in_shadow = (light_view * vec4(lifted, 1.0)).xyz * 0.5 + 0.5;
    if (dot(n, vec3(0.0, 0.0, lens.y) - v) < 0.0) n = -n;
    n = vec3(surroundings_turn.x * n.x + surroundings_turn.y * n.z, n.y,
             surroundings_turn.x * n.z - surroundings_turn.y * n.x);
    diffuse_light = harmonics[0] + harmonics[1] * n.y + harmonics[2] * n.z + harmonics[3] * n.x
        + harmonics[4] * (n.x * n.y) + harmonics[5] * (n.y * n.z)
        + harmonics[6] * (3.0 * n.z * n.z - 1.0) + harmonics[7] * (n.x * n.z)
        + harmonics[8] * (n.x * n.x - n.y * n.y);
    float away = lens.y - v.z;
    gl_Position = vec4(lens.x * v.x + lens.z * away, -(lens.x * v.y + lens.w * away),
                       depth_range.x * away + depth_range.y, away);
}
"""

SURFACE_FRAGMENT = """
#version 330
in vec3 position;
in vec3 normal;
in vec3 view;
in vec3 in_shadow;
in vec3 diffuse_light;
flat in int first_row;
uniform mat3 turn;
uniform vec4 lens;
uniform vec2 surroundings_turn;
uniform float surroundings;
uniform vec3 surroundings_tint;
uniform vec3 key_direction;
uniform vec3 key_colour;
uniform vec3 fill_direction;
uniform vec3 fill_colour;
uniform vec3 tone;        // exposure, shadow strength, ambient shadow strength
uniform float texels;     // pattern texels per pixel at one repeat per object length
uniform sampler2DArray patterns;
uniform sampler2DArray decals;
uniform sampler2DArray studio;
uniform sampler2DShadow shadow_map;
layout(std140) uniform Materials { vec4 rows[PARTS * 8]; };
out vec4 colour;

void main() {
    vec4 base = rows[first_row];         // rgb, roughness
    vec4 second = rows[first_row + 1];   // rgb, metallic
    vec4 accent = rows[first_row + 2];   // rgb, reflectance at normal incidence
    vec4 cloth = rows[first_row + 3];    // layer, scale, strength, bump
    vec4 place = rows[first_row + 4];    // centre of the part, grain axis (3 = around y)
    vec4 half_size = rows[first_row + 5];  // 1 / half extents, alpha
    vec4 paint = rows[first_row + 6];    // gradient, band low, band high, accent inside
    vec3 n = normalize(normal);
    vec3 v = normalize(vec3(0.0, 0.0, lens.y) - view);
    vec3 out_n = turn * n;
    float facing = dot(out_n, v);
    vec3 q = (position - place.xyz) * half_size.xyz;

    // where the pattern lies: a box projection with its v axis along the grain, or around y
    vec3 p = position - place.xyz;
    vec3 m = abs(n);
    if (place.w == 0.0) { p = p.yxz; m = m.yxz; }
    if (place.w == 2.0) { p = p.xzy; m = m.xzy; }
    vec2 uv = m.y > max(m.x, m.z) ? p.xz : (m.x > m.z ? p.zy : p.xy);
    uv *= cloth.y;
    float around = atan(q.x, q.z) * 0.31830989;
    if (place.w == 3.0 && m.y < 0.8) uv = vec2(around * floor(cloth.y * 0.7 + 1.0), p.y * cloth.y);
    vec4 weave = textureLod(patterns, vec3(uv + place.xy, cloth.x), log2(texels * cloth.y));

    vec3 albedo = mix(base.rgb, second.rgb, weave.r * cloth.z);
    albedo = mix(albedo, accent.rgb, weave.b * cloth.z);
    albedo *= 1.0 + (weave.g - 0.5) * cloth.w;
    albedo *= 1.0 + paint.x * q.y;
    float band = step(paint.y, q.y) * step(q.y, paint.z);
    float inside = step(dot(n.xz, q.xz), -0.05) * paint.w;
    albedo = mix(albedo, accent.rgb, max(band, inside));
#ifdef DECALS
    // layer + 1 + centre (negative: around y), height, half sizes
    vec4 print = rows[first_row + 7];
    float aside = fract(abs(print.x)) * 2.0 - 1.0;
    vec2 at = print.x < 0.0 ? vec2(fract((around - aside) * 0.5 + 0.5) * 2.0 - 1.0, q.y)
                            : vec2(q.x * sign(n.z) - aside, q.y);
    at = (at - vec2(0.0, print.y)) / print.zw;
    float on = step(max(abs(at.x), abs(at.y)), 1.0) * (1.0 - inside)
        * (print.x < 0.0 ? step(abs(n.y), 0.8) : step(0.6, abs(n.z)));
    vec3 spot = vec3(at.x * 0.5 + 0.5, 0.5 - at.y * 0.5, floor(abs(print.x)) - 1.0);
    vec4 ink = textureLod(decals, spot, 0.6);
    albedo = mix(albedo, ink.rgb * ink.rgb, ink.a * on * step(0.5, abs(print.x)));
#endif
    out_n = facing < 0.0 ? -out_n : out_n;
    out_n = normalize(out_n + (weave.a - 0.5) * cloth.w * vec3(0.7, -0.6, 0.2));
    facing = max(dot(out_n, v), 0.03);

    float lit = 1.0;
#ifdef SHADOWS
    vec3 s = vec3(in_shadow.xy, in_shadow.z - 0.004);
    lit = 0.5 * (texture(shadow_map, s + vec3(0.011, 0.006, 0.0))
        + texture(shadow_map, s - vec3(0.009, 0.007, 0.0)));
    lit *= smoothstep(-0.1, 0.3, dot(out_n, key_direction));  // no jagged border where light grazes
#endif
    float key_lit = 1.0 - tone.y * (1.0 - lit);
    float sky_lit = 1.0 - tone.z * (1.0 - lit);
    float rough = base.a;
    vec3 h = normalize(v + key_direction);
    float gloss = 2.0 / (rough * rough * rough * rough + 0.0004);
    float key = max(dot(out_n, key_direction), 0.0) * key_lit;
    float glint = (gloss + 8.0) * 0.04 * exp2(gloss * 1.4427 * (dot(out_n, h) - 1.0)) * key;
    float flank = max(dot(out_n, fill_direction), 0.0);
    vec3 r = 2.0 * dot(out_n, v) * out_n - v;
    r = vec3(surroundings_turn.x * r.x + surroundings_turn.y * r.z, r.y,
             surroundings_turn.x * r.z - surroundings_turn.y * r.x);
    vec2 where = r.xy * inversesqrt(8.0 + 8.0 * max(r.z, -0.999)) + 0.5;
    vec3 mirror = textureLod(studio, vec3(where, surroundings), rough * 6.0).rgb;
    mirror = mirror * mirror * 24.0 * surroundings_tint * mix(1.0, sky_lit, 0.7);
    vec3 f0 = mix(vec3(accent.a), albedo, second.a);
    float graze = 1.0 - facing;
    graze = graze * graze * graze * graze * graze;
    vec3 fresnel = f0 + (max(vec3(1.0 - rough), f0) - f0) * graze;
    vec3 light = diffuse_light * surroundings_tint * sky_lit + key_colour * key
        + fill_colour * flank;
    vec3 shine = fresnel * (mirror + key_colour * glint);
    float alpha = half_size.w;
    vec3 c = albedo * (1.0 - second.a) * light;
    if (alpha < 1.0) {  // glass: rims are denser and darker
        float rim = (1.0 - facing) * (1.0 - facing);
        alpha = clamp(alpha + rim * 0.8, 0.0, 1.0);
        c *= 1.0 - 0.8 * rim;
    }
    c = (c * alpha + shine) * tone.x;
    alpha = min(1.0, alpha + max(shine.g * tone.x, 0.0));
    c *= 1.8;  // a film's shoulder, close to 1 - exp(-c)
    colour = vec4(sqrt(1.0 - 1.0 / (1.0 + c * (1.0 + 0.5 * c))), alpha);
}
"""

SHADOW_VERTEX = """
#version 330
in vec3 in_position;
uniform mat3 turn;
uniform vec3 centre;
uniform mat4 light_view;
void main() { gl_Position = light_view * vec4(turn * in_position - centre, 1.0); }
"""

SHADOW_FRAGMENT = """
#version 330
void main() { }
"""

FLOOR_VERTEX = """
#version 330
in vec3 in_corner;        // view directions, relative to the object's centre
uniform vec4 lens;
uniform vec2 depth_range;  // clip depth = x * distance from the eye + y
uniform mat4 light_view;
out vec3 in_shadow;
void main() {
    in_shadow = (light_view * vec4(in_corner, 1.0)).xyz * 0.5 + 0.5;
    float away = lens.y - in_corner.z;
    gl_Position = vec4(lens.x * in_corner.x + lens.z * away,
                       -(lens.x * in_corner.y + lens.w * away),
                       depth_range.x * away + depth_range.y, away);
}
"""

FLOOR_FRAGMENT = """
#version 330
in vec3 in_shadow;
uniform sampler2DShadow shadow_map;
uniform vec2 floor_shadow;  // strength, softness
out vec4 colour;
void main() {
    float sum = 0.0;
    for (int i = 0; i < 16; ++i) {
        float a = float(i) * 2.3999632;
        vec2 o = vec2(cos(a), sin(a)) * sqrt((float(i) + 0.5) / 16.0) * floor_shadow.y;
        sum += texture(shadow_map, vec3(in_shadow.xy + o, in_shadow.z - 0.01));
    }
    vec2 edge = smoothstep(0.5, 0.36, abs(in_shadow.xy - 0.5));
    float a = (1.0 - sum / 16.0) * floor_shadow.x * edge.x * edge.y;
    colour = vec4(vec3(0.0), a);
}
"""

BACKDROP_VERTEX = """
#version 330
in vec2 in_corner;
out vec2 at;
void main() { at = in_corner; gl_Position = vec4(in_corner.x, -in_corner.y, 0.9999, 1.0); }
"""

BACKDROP_FRAGMENT = """
#version 330
in vec2 at;
uniform vec3 upper;
uniform vec3 lower;
uniform vec4 shape;       // horizon height, softness, mottle, vignette
uniform vec4 mottle_at;   // layer, scale, offset x, offset y
uniform vec2 slope;
uniform sampler2DArray patterns;
out vec4 colour;
void main() {
    float t = smoothstep(-shape.y, shape.y, at.y + dot(slope, at) - shape.x);
    vec3 c = mix(lower, upper, t);
    float m = textureLod(patterns, vec3(at * mottle_at.y + mottle_at.zw, mottle_at.x), 3.0).g - 0.5;
    c *= (1.0 + shape.z * m) * (1.0 - shape.w * dot(at, at));
    colour = vec4(clamp(c, 0.0, 1.0), 0.0);
}
"""


def sources(vertex: str, fragment: str, *switches: str) -> tuple[str, str]:
    """Vertex and fragment source with the part limit filled in and the named switches defined."""
    head = "#version 330\n" + "".join(f"#define {switch}\n" for switch in switches)
    head += f"#define PARTS {MAX_PARTS}\n"
    version = "#version 330\n"
    return vertex.strip().replace(version, head), fragment.strip().replace(version, head)
