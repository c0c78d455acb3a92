// The rules of Odoo's own code, as far as they catch mistakes.
const browser = {
    window: "readonly",
    document: "readonly",
    console: "readonly",
    setTimeout: "readonly",
    clearTimeout: "readonly",
    getComputedStyle: "readonly",
    Chart: "readonly",
    luxon: "readonly",
    odoo: "readonly",
};

export default [
    {
        files: ["**/*.js"],
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: "module",
            globals: browser,
        },
        rules: {
            "no-undef": "error",
            "no-unused-vars": ["error", {args: "after-used"}],
            "no-restricted-globals": ["error", "event", "self"],
            "prefer-const": ["error", {destructuring: "all"}],
            "no-var": "error",
            eqeqeq: ["error", "smart"],
            curly: "error",
            complexity: ["error", 10],
            "no-console": ["error", {allow: ["warn", "error"]}],
        },
    },
];
