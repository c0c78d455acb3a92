const PALE = "#8f8f8f";
const SHADE = "rgba(43, 138, 62, 0.12)";

/** Where a position, counted in points of the x axis and not always whole, is drawn. */
function pixel(scale, position) {
    const low = scale.getPixelForValue(Math.floor(position));
    const high = scale.getPixelForValue(Math.ceil(position));
    return low + (high - low) * (position % 1);
}

/**
 * Dotted upright lines with a word beside them, such as the go-live, and one shaded
 * span, such as the months in which it may pay back.
 *
 * Options: `marks`, [{position, label}]; `span`, [from, to] or empty; `color`.
 */
export const upright = {
    id: "upright",
    beforeDatasetsDraw({ctx, chartArea, scales}, _args, {span}) {
        if (span && span.length === 2) {
            const [left, right] = span.map((position) => pixel(scales.x, position));
            ctx.save();
            ctx.fillStyle = SHADE;
            ctx.fillRect(left, chartArea.top, right - left, chartArea.height);
            ctx.restore();
        }
    },
    afterDatasetsDraw(chart, _args, {marks, color}) {
        const {ctx, chartArea, scales} = chart;
        const shown = (marks || []).filter(({position}) => position >= 0);
        shown.forEach(({position, label}, number) => {
            const x = pixel(scales.x, position);
            ctx.save();
            ctx.strokeStyle = ctx.fillStyle = color || PALE;
            ctx.setLineDash([3, 3]);
            ctx.beginPath();
            ctx.moveTo(x, chartArea.top);
            ctx.lineTo(x, chartArea.bottom);
            ctx.stroke();
            // words of neighbouring lines stand below each other, and inside the chart
            const left = x + 4 + ctx.measureText(label).width > chartArea.right;
            ctx.textAlign = left ? "right" : "left";
            ctx.fillText(label, left ? x - 4 : x + 4, chartArea.top + 10 + 12 * number);
            ctx.restore();
        });
    },
};
