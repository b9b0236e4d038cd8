window.chartTemplates = {
  "light": {
    "data": {"heatmap": [{"colorscale": [[0, "#eef1fb"], [0.5, "#8fa3f2"], [1, "#1f2f8f"]]}]},
    "layout": {
      "colorway": ["#3a5efb", "#ab5534", "#1e9f7c", "#b74ac7", "#ae921d", "#666c87"],
      "font": {"color": "#4b5563", "family": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif", "size": 12},
      "paper_bgcolor": "rgba(0,0,0,0)",
      "plot_bgcolor": "rgba(0,0,0,0)",
      "margin": {"l": 62, "r": 20, "t": 8, "b": 52},
      "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": "#cbd1d9", "font": {"color": "#1d2430"}},
      "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
      "xaxis": {"automargin": true, "ticklabelstandoff": 4, "ticklabeloverflow": "allow", "gridcolor": "#e7eaee", "linecolor": "#cbd1d9", "zerolinecolor": "#8b94a1", "title": {"standoff": 8}},
      "yaxis": {"automargin": true, "ticklabeloverflow": "allow", "gridcolor": "#e7eaee", "linecolor": "#cbd1d9", "zerolinecolor": "#8b94a1", "title": {"standoff": 8}}
    }
  },
  "dark": {
    "data": {"heatmap": [{"colorscale": [[0, "#252c40"], [0.5, "#5468c9"], [1, "#c3ceff"]]}]},
    "layout": {
      "colorway": ["#3a5efb", "#ab5534", "#1e9f7c", "#b74ac7", "#ae921d", "#666c87"],
      "font": {"color": "#b4bcc8", "family": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif", "size": 12},
      "paper_bgcolor": "rgba(0,0,0,0)",
      "plot_bgcolor": "rgba(0,0,0,0)",
      "margin": {"l": 62, "r": 20, "t": 8, "b": 52},
      "hoverlabel": {"bgcolor": "#2a2f37", "bordercolor": "#4a525e", "font": {"color": "#eef1f5"}},
      "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
      "xaxis": {"automargin": true, "ticklabelstandoff": 4, "ticklabeloverflow": "allow", "gridcolor": "#30363f", "linecolor": "#4a525e", "zerolinecolor": "#78828f", "title": {"standoff": 8}},
      "yaxis": {"automargin": true, "ticklabeloverflow": "allow", "gridcolor": "#30363f", "linecolor": "#4a525e", "zerolinecolor": "#78828f", "title": {"standoff": 8}}
    }
  }
};
